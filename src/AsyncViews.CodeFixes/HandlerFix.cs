using System.Collections.Immutable;
using System.Composition;
using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AsyncViews.CodeFixes;

/// <summary>Turns a page's POST handler into one that runs in the background, and mends one that was turned only by half.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class HandlerFix : CodeFixProvider
{
    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [Rules.RunInBackground.Id, Rules.HandlerOutsideAsyncPage.Id, Rules.ProcessWithoutHandler.Id, Rules.NothingRuns.Id];

    /// <summary>None: two handlers of a page are two decisions.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc />
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null || KnownTypes.In(model.Compilation) is not { } types)
            return;

        foreach (var diagnostic in context.Diagnostics)
        {
            if (root.FindToken(diagnostic.Location.SourceSpan.Start).Parent?.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } handler
                || model.GetDeclaredSymbol(handler, context.CancellationToken) is not { } symbol)
                continue;

            // Another handler than a POST's runs nothing in the background, and a base of the application's own is not ours to replace.
            var isAsyncPage = KnownTypes.Derives(symbol.ContainingType, types.AsyncPageModel);
            if (PageHandler.Of(symbol, types) is not { IsPost: true } || !(isAsyncPage || KnownTypes.IsSame(symbol.ContainingType.BaseType, types.PageModel)))
                continue;

            var (title, change) = diagnostic.Id switch
            {
                var id when id == Rules.HandlerOutsideAsyncPage.Id => ("Derive the page from AsyncPageModel", Changes.None),
                var id when id == Rules.ProcessWithoutHandler.Id => (isAsyncPage ? "Mark it with [AsyncHandler]" : "Derive the page from AsyncPageModel, and mark it with [AsyncHandler]", Changes.Mark),
                _ => ("Run this handler in the background", Changes.Handler),
            };
            if (!isAsyncPage)
                change |= Changes.Base;

            var document = context.Document;
            context.RegisterCodeFix(CodeAction.Create(title, cancellation => PageConversion.ConvertAsync(document, handler, change, cancellation), title), diagnostic);
        }
    }
}
