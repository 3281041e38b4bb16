using System.Collections.Immutable;
using System.Composition;
using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AsyncViews.CodeFixes;

/// <summary>Passes the run's token on, and takes it where the request's stood.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class TokenFix : CodeFixProvider
{
    private const string Title = "Use the run's CancellationToken";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.TokenNotPassed.Id, Rules.RequestAborted.Id];

    /// <inheritdoc />
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc />
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var document = context.Document;
        var root = await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null || KnownTypes.In(model.Compilation) is not { } types)
            return;

        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
                || model.GetDeclaredSymbol(method, context.CancellationToken) is not { } run || types.TokenOf(run) is not { } token)
                continue;

            ExpressionSyntax? replacement = node switch
            {
                InvocationExpressionSyntax invocation when model.GetOperation(invocation, context.CancellationToken) is IInvocationOperation call && TokenFlow.FindUnused(call, types) is { } parameter =>
                    Pass(invocation, invocation, call, parameter, token.Name),
                ExpressionSyntax expression when diagnostic.Id == Rules.RequestAborted.Id && CanBeReplaced(expression) => SyntaxFactory.IdentifierName(token.Name).WithTriviaFrom(expression),
                _ => null,
            };
            if (replacement is not null)
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(document.WithSyntaxRoot(root.ReplaceNode(node, replacement))), Title), diagnostic);
        }
    }

    /// <summary>Returns whether the token's name can stand for an expression. It cannot behind a <c>?</c>, nor in a static function, which does not see the token.</summary>
    internal static bool CanBeReplaced(ExpressionSyntax expression) =>
        !expression.DescendantNodesAndSelf().Any(node => node is MemberBindingExpressionSyntax or ElementBindingExpressionSyntax)
        && !expression.Ancestors().Any(node => node is LocalFunctionStatementSyntax { Modifiers: var local } && local.Any(SyntaxKind.StaticKeyword)
            || node is AnonymousFunctionExpressionSyntax { Modifiers: var lambda } && lambda.Any(SyntaxKind.StaticKeyword));

    /// <summary>The call with the token: at its place if everything before it is given, else by its name.</summary>
    /// <param name="invocation">The call as it is to be written, perhaps changed inside.</param>
    /// <param name="original">The call as it stands.</param>
    /// <param name="call">Its meaning.</param>
    /// <param name="parameter">The parameter that takes the token.</param>
    /// <param name="token">The name of the token.</param>
    internal static InvocationExpressionSyntax Pass(InvocationExpressionSyntax invocation, InvocationExpressionSyntax original, IInvocationOperation call, IParameterSymbol parameter, string token)
    {
        var arguments = Gather(invocation.ArgumentList.Arguments, original.ArgumentList.Arguments, call, parameter);

        // An extension method's first parameter is what stands before the dot.
        var place = parameter.Ordinal - (call.TargetMethod.IsExtensionMethod && call.Instance is null && IsReduced(original, call) ? 1 : 0);
        var argument = SyntaxFactory.Argument(SyntaxFactory.IdentifierName(token));
        if (place > arguments.Count || arguments.Any(one => one.NameColon is not null))
        {
            argument = argument.WithNameColon(SyntaxFactory.NameColon(parameter.Name).WithTrailingTrivia(SyntaxFactory.Space));
            place = arguments.Count;
        }

        return invocation.WithArgumentList(invocation.ArgumentList.WithArguments(Insert(arguments, place, argument)));
    }

    private static SeparatedSyntaxList<ArgumentSyntax> Insert(SeparatedSyntaxList<ArgumentSyntax> arguments, int place, ArgumentSyntax argument)
    {
        // What begins the list, or a line of it, makes room.
        if (place < arguments.Count && (place == 0 || arguments.GetSeparator(place - 1).TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia)))
        {
            argument = argument.WithLeadingTrivia(arguments[place].GetLeadingTrivia());
            return arguments.Replace(arguments[place], arguments[place].WithLeadingTrivia(SyntaxFactory.Space)).Insert(place, argument);
        }

        return arguments.Insert(place, place == 0 ? argument : argument.WithLeadingTrivia(SyntaxFactory.Space));
    }

    /// <summary>The arguments, with those that a call lists for its params parameter as one: nothing can stand behind a list. A token among them is passed by its own parameter.</summary>
    private static SeparatedSyntaxList<ArgumentSyntax> Gather(
        SeparatedSyntaxList<ArgumentSyntax> arguments, SeparatedSyntaxList<ArgumentSyntax> original, IInvocationOperation call, IParameterSymbol parameter)
    {
        if (!call.Arguments.Any(one => one.ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection && one.Parameter?.Ordinal < parameter.Ordinal))
            return arguments;

        var own = call.Arguments.Select(one => one.Syntax).ToArray();
        var listed = arguments.Where((_, index) => !own.Contains(original[index])).ToArray();
        var elements = string.Join(", ", listed.Where(one => !IsToken(original[arguments.IndexOf(one)].Expression)).Select(one => one.Expression.WithoutTrivia().ToFullString()));
        var list = SyntaxFactory.Argument(SyntaxFactory.ParseExpression($"[{elements}]"));
        var place = listed.Length == 0 ? arguments.Count : arguments.IndexOf(listed[0]);
        foreach (var _ in listed)
            arguments = arguments.RemoveAt(place);
        return Insert(arguments, place, list);

        bool IsToken(ExpressionSyntax expression) => KnownTypes.IsSame(call.SemanticModel?.GetTypeInfo(expression).Type, parameter.Type);
    }

    private static bool IsReduced(InvocationExpressionSyntax invocation, IInvocationOperation call) =>
        invocation.Expression is MemberAccessExpressionSyntax access && call.SemanticModel?.GetSymbolInfo(access.Expression).Symbol is not INamedTypeSymbol;
}
