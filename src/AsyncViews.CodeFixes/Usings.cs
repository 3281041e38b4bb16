using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace AsyncViews.CodeFixes;

/// <summary>The using directives that the new names need, and the one that the old name needed.</summary>
/// <param name="root">The file before the change.</param>
/// <param name="model">Its meaning.</param>
/// <param name="types">The types that the rules know.</param>
internal sealed class Usings(CompilationUnitSyntax root, SemanticModel model, KnownTypes types)
{
    private static readonly Dictionary<string, string> Namespaces = new()
    {
        ["AsyncPageModel"] = "AsyncViews",
        ["AsyncHandlerAttribute"] = "AsyncViews",
        ["ProcessContext"] = "AsyncViews",
        ["IActionResult"] = "Microsoft.AspNetCore.Mvc",
        ["CancellationToken"] = "System.Threading",
        ["Task"] = "System.Threading.Tasks",
    };

    /// <param name="changed">The file after the change.</param>
    /// <param name="names">The names of types that the change has written.</param>
    /// <param name="replaced">The names of PageModel that have gone, so that its namespace may no longer be needed.</param>
    public CompilationUnitSyntax Complete(CompilationUnitSyntax changed, IEnumerable<string> names, IReadOnlyCollection<SyntaxNode> replaced)
    {
        var inside = root.DescendantNodes().OfType<TypeDeclarationSyntax>().FirstOrDefault()?.SpanStart ?? root.SpanStart;
        foreach (var name in names.Where(name => !model.LookupNamespacesAndTypes(inside, name: name).Any()).Select(name => Namespaces[name]).Distinct().OrderBy(name => name, StringComparer.Ordinal))
            changed = Add(changed, name);
        return replaced.Count > 0 && !IsNamespaceOfPageModelUsed(replaced) ? Remove(changed, types.PageModel.ContainingNamespace.ToDisplayString()) : changed;
    }

    private bool IsNamespaceOfPageModelUsed(IReadOnlyCollection<SyntaxNode> replaced) => root.DescendantNodes(node => node is not UsingDirectiveSyntax && !replaced.Contains(node))
        .OfType<SimpleNameSyntax>().Where(name => !replaced.Contains(name))
        .Select(name => model.GetSymbolInfo(name).Symbol)
        .Select(symbol => symbol is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.ReducedExtension } method ? method.ContainingType : symbol)
        .Any(symbol => symbol is INamedTypeSymbol && KnownTypes.IsSame(symbol.ContainingNamespace, types.PageModel.ContainingNamespace));

    private static CompilationUnitSyntax Add(CompilationUnitSyntax root, string name)
    {
        // Where the file has its usings inside of a namespace, the new one stands with them.
        var space = root.Usings.Count == 0 ? root.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault(one => one.Usings.Count > 0) : null;
        var usings = space?.Usings ?? root.Usings;
        var before = usings.TakeWhile(other => other.Alias is null && other.StaticKeyword == default && Compare(other.Name!.ToString(), name) < 0).Count();
        var directive = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(name).WithLeadingTrivia(SyntaxFactory.Space))
            .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed).WithAdditionalAnnotations(Formatter.Annotation);
        if (before == 0 && usings.Count > 0)
        {
            directive = directive.WithLeadingTrivia(usings[0].GetLeadingTrivia());
            usings = usings.Replace(usings[0], usings[0].WithLeadingTrivia());
        }
        else if (usings.Count > 0)
        {
            directive = directive.WithLeadingTrivia(usings[before - 1].GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)));
        }

        var eol = usings.Count > 0 ? usings[0].GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) : default;
        if (eol.IsKind(SyntaxKind.EndOfLineTrivia))
            directive = directive.WithTrailingTrivia(eol);
        usings = usings.Insert(before, directive);
        return space is null ? root.WithUsings(usings) : root.ReplaceNode(space, space.WithUsings(usings));
    }

    private static CompilationUnitSyntax Remove(CompilationUnitSyntax root, string name)
    {
        var directive = root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>()
            .FirstOrDefault(one => one.Alias is null && one.StaticKeyword == default && one.GlobalKeyword == default && one.Name?.ToString() == name);
        var hasComments = directive?.GetLeadingTrivia().Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) == true;
        return directive is null ? root : root.RemoveNode(directive, hasComments ? SyntaxRemoveOptions.KeepLeadingTrivia : SyntaxRemoveOptions.KeepNoTrivia)!;
    }

    /// <summary>System first, as the framework's own files have it.</summary>
    private static int Compare(string one, string other)
    {
        var isSystem = (IsSystem(one), IsSystem(other));
        return isSystem switch { (true, false) => -1, (false, true) => 1, _ => string.CompareOrdinal(one, other) };
    }

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);
}
