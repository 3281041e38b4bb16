using System.Collections.Immutable;
using System.Composition;
using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
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
            if (root.FindToken(diagnostic.Location.SourceSpan.Start).Parent?.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } handler)
                continue;

            var (title, change) = diagnostic.Id switch
            {
                var id when id == Rules.RunInBackground.Id => ("Run this handler in the background", Changes.Base | Changes.Handler),
                var id when id == Rules.NothingRuns.Id => ("Run this handler in the background", Changes.Handler),
                var id when id == Rules.HandlerOutsideAsyncPage.Id => ("Derive the page from AsyncPageModel", Changes.Base),
                _ => ("Mark it with [AsyncHandler]", Changes.Mark),
            };

            // A base of the application's own is not ours to replace.
            if (change.HasFlag(Changes.Base) && !KnownTypes.IsSame(model.GetDeclaredSymbol(handler, context.CancellationToken)?.ContainingType.BaseType, types.PageModel))
                continue;

            var document = context.Document;
            context.RegisterCodeFix(CodeAction.Create(title, cancellation => PageConversion.ConvertAsync(document, handler, change, cancellation), title), diagnostic);
        }
    }
}
