using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace AsyncViews.CodeFixes;

/// <summary>A POST handler as it is written anew.</summary>
/// <param name="handler">The handler as it stands.</param>
/// <param name="symbol">Its meaning.</param>
/// <param name="model">That of its file.</param>
/// <param name="types">The types that the rules know.</param>
/// <param name="names">Receives the names of the types that are written.</param>
internal sealed class HandlerRewriting(MethodDeclarationSyntax handler, IMethodSymbol symbol, SemanticModel model, KnownTypes types, ISet<string> names)
{
    private readonly string _token = types.TokenOf(symbol)?.Name ?? FreeName(handler, "cancellationToken");

    private readonly string _task = FindTask(handler, model);

    private bool IsAsync => symbol.IsAsync;

    private ITypeSymbol? ResultType => symbol.ReturnType is INamedTypeSymbol { Arity: 1 } task && KnownTypes.IsTask(task) ? task.TypeArguments[0] : null;

    private bool IsTaskOfResult => ResultType?.Name == "IActionResult" && symbol.ReturnType.Name == "Task";

    /// <summary>As the page's RunAsync.</summary>
    public MethodDeclarationSyntax Rename()
    {
        names.UnionWith(["ProcessContext", "CancellationToken", "IActionResult", "Task"]);
        var becomesAsync = !IsAsync && KnownTypes.IsTask(symbol.ReturnType) && !IsTaskOfResult && handler.ExpressionBody?.Expression is not ThrowExpressionSyntax;

        var kept = handler.Modifiers.Select(modifier => modifier.Kind()).Where(kind => kind is SyntaxKind.AsyncKeyword or SyntaxKind.UnsafeKeyword);
        SyntaxKind[] kinds = [SyntaxKind.ProtectedKeyword, SyntaxKind.OverrideKeyword, .. kept, .. becomesAsync ? new[] { SyntaxKind.AsyncKeyword } : []];
        var modifiers = TokenList(kinds.Select(kind => Token(kind).WithTrailingTrivia(Space)));
        modifiers = modifiers.Replace(modifiers[0], modifiers[0].WithLeadingTrivia(handler.Modifiers[0].LeadingTrivia));

        return WithBody(becomesAsync)
            .WithModifiers(modifiers)
            .WithReturnType(IsTaskOfResult ? handler.ReturnType : ParseTypeName("Task<IActionResult>").WithTrailingTrivia(Space))
            .WithIdentifier(Identifier("RunAsync").WithTriviaFrom(handler.Identifier))
            .WithParameterList(ParseParameterList($"(ProcessContext {FreeName(handler, "process")}, CancellationToken {_token})").WithTriviaFrom(handler.ParameterList))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>With the attribute, under its own name.</summary>
    public MethodDeclarationSyntax Mark(bool addToken)
    {
        names.Add("AsyncHandlerAttribute");
        var hasToken = types.TokenOf(symbol) is not null;
        var getsToken = !hasToken && addToken && (IsAsync || KnownTypes.IsTask(symbol.ReturnType));
        var marked = (MethodDeclarationSyntax)(hasToken || getsToken ? new BodyRewriter(this, renamed: false, becomesAsync: false).Visit(handler) : handler);
        if (getsToken)
        {
            names.Add("CancellationToken");
            var last = symbol.Parameters.LastOrDefault() is { HasExplicitDefaultValue: true } ? " = default" : "";
            marked = marked.WithParameterList(marked.ParameterList.AddParameters(
                ParseParameterList($"(CancellationToken {_token}{last})").Parameters[0].WithAdditionalAnnotations(Formatter.Annotation)));
        }

        // Nothing would wait for it. Where it is overridden, its type is that of others, too.
        if (IsAsync && symbol is { ReturnsVoid: true, IsVirtual: false, IsOverride: false })
        {
            names.Add("Task");
            marked = marked.WithReturnType(ParseTypeName(_task).WithTriviaFrom(marked.ReturnType));
        }

        var list = AttributeList(SingletonSeparatedList(Attribute(IdentifierName("AsyncHandler")))).WithAdditionalAnnotations(Formatter.Annotation);
        var leading = marked.GetLeadingTrivia();
        marked = marked.WithLeadingTrivia(leading.Reverse().TakeWhile(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)));
        return marked.WithAttributeLists(marked.AttributeLists.Insert(0, list.WithLeadingTrivia(leading).WithTrailingTrivia(EndOfLine())));
    }

    private SyntaxTrivia EndOfLine()
    {
        var found = handler.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        return found == default ? CarriageReturnLineFeed : found;
    }

    private MethodDeclarationSyntax WithBody(bool becomesAsync)
    {
        var isVoid = symbol.ReturnsVoid || (KnownTypes.IsTask(symbol.ReturnType) && ResultType is null);
        var rewritten = (MethodDeclarationSyntax)new BodyRewriter(this, renamed: true, becomesAsync).Visit(handler);
        if (rewritten.ExpressionBody is { Expression: ThrowExpressionSyntax })
            return rewritten;
        if (rewritten.ExpressionBody is { } arrow)
        {
            if (!isVoid)
                return rewritten.WithExpressionBody(arrow.WithExpression(Returned(arrow.Expression, becomesAsync)));

            var work = becomesAsync ? AwaitExpression(arrow.Expression.WithoutTrivia()) : arrow.Expression.WithoutTrivia();
            return rewritten.WithExpressionBody(null).WithSemicolonToken(default)
                .WithBody(Block(ExpressionStatement(work), ReturnPage(becomesAsync)).WithTrailingTrivia(rewritten.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
        }

        return isVoid && handler.Body is { } body && model.AnalyzeControlFlow(body)?.EndPointIsReachable == true && rewritten.Body is { } block
            ? rewritten.WithBody(block.AddStatements(ReturnPage(becomesAsync).WithLeadingTrivia(ElasticCarriageReturnLineFeed).WithAdditionalAnnotations(Formatter.Annotation)))
            : rewritten;
    }

    private ReturnStatementSyntax ReturnPage(bool becomesAsync) =>
        (ReturnStatementSyntax)ParseStatement(IsAsync || becomesAsync ? "return Page();" : $"return {_task}.FromResult<IActionResult>(Page());");

    /// <summary>The value of a return statement, as a task's.</summary>
    private ExpressionSyntax Returned(ExpressionSyntax value, bool becomesAsync)
    {
        if (IsAsync || IsTaskOfResult)
            return value;
        return becomesAsync
            ? AwaitExpression(AsTask(value.WithoutTrivia())).WithTriviaFrom(value).WithAdditionalAnnotations(Formatter.Annotation)
            : ParseExpression($"{_task}.FromResult<IActionResult>({value.WithoutTrivia().ToFullString()})").WithTriviaFrom(value);
    }

    /// <summary>A value that can be awaited: only the handler's return type says of what type a bare <c>new(…)</c> or <c>default</c> is.</summary>
    private ExpressionSyntax AsTask(ExpressionSyntax value) => value switch
    {
        ImplicitObjectCreationExpressionSyntax creation => ObjectCreationExpression(handler.ReturnType.WithoutTrivia().WithLeadingTrivia(Space), creation.ArgumentList, creation.Initializer),
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.DefaultLiteralExpression } => DefaultExpression(handler.ReturnType.WithoutTrivia()),
        _ => ParenthesizedExpression(value).WithAdditionalAnnotations(Simplifier.Annotation),
    };

    private (IInvocationOperation Call, IParameterSymbol Parameter)? FindCallWithoutToken(InvocationExpressionSyntax node) =>
        model.GetOperation(node) is IInvocationOperation call && TokenFlow.FindUnused(call, types) is { } parameter ? (call, parameter) : null;

    private bool IsRequestAborted(MemberAccessExpressionSyntax node) => KnownTypes.IsRequestAborted(model.GetSymbolInfo(node).Symbol) && TokenFix.CanBeReplaced(node);

    /// <summary>The name of the class Task: in full where a member of the page is called Task.</summary>
    private static string FindTask(MethodDeclarationSyntax handler, SemanticModel model) =>
        model.LookupSymbols(handler.ParameterList.Span.End, name: "Task").All(symbol => KnownTypes.IsTask(symbol as ITypeSymbol)) ? "Task" : "System.Threading.Tasks.Task";

    /// <summary>The name, or one like it that nothing in the handler has.</summary>
    private static string FreeName(MethodDeclarationSyntax handler, string name)
    {
        var taken = new HashSet<string>(handler.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        return !taken.Contains(name) ? name : Enumerable.Range(2, 100).Select(number => $"{name}{number}").First(other => !taken.Contains(other));
    }

    /// <summary>Passes the token on, and turns the value of every return statement of the handler itself into that of a task.</summary>
    private sealed class BodyRewriter(HandlerRewriting outer, bool renamed, bool becomesAsync) : CSharpSyntaxRewriter
    {
        private int _functions;

        public override SyntaxNode? VisitReturnStatement(ReturnStatementSyntax node)
        {
            var visited = (ReturnStatementSyntax)base.VisitReturnStatement(node)!;
            if (_functions > 0 || !renamed)
                return visited;
            if (visited.Expression is null)
                return outer.ReturnPage(becomesAsync).WithTriviaFrom(visited);
            return becomesAsync && outer.ResultType is null
                ? Block(ExpressionStatement(AwaitExpression(visited.Expression)), outer.ReturnPage(true)).WithTriviaFrom(visited).WithAdditionalAnnotations(Formatter.Annotation)
                : visited.WithExpression(outer.Returned(visited.Expression, becomesAsync));
        }

        public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
        {
            var visited = (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!;
            return outer.FindCallWithoutToken(node) is var (call, parameter)
                ? TokenFix.Pass(visited, node, call, parameter, outer._token) : visited;
        }

        public override SyntaxNode? VisitMemberAccessExpression(MemberAccessExpressionSyntax node) =>
            outer.IsRequestAborted(node)
                ? IdentifierName(outer._token).WithTriviaFrom(node) : base.VisitMemberAccessExpression(node);

        public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node) => InFunction(() => base.VisitLocalFunctionStatement(node));

        public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) => InFunction(() => base.VisitParenthesizedLambdaExpression(node));

        public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) => InFunction(() => base.VisitSimpleLambdaExpression(node));

        public override SyntaxNode? VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node) => InFunction(() => base.VisitAnonymousMethodExpression(node));

        private SyntaxNode? InFunction(Func<SyntaxNode?> visit)
        {
            _functions++;
            var visited = visit();
            _functions--;
            return visited;
        }
    }
}
