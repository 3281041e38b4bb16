using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace AsyncViews.CodeFixes;

/// <summary>The using directives that the new names need, and the one that the old name needed. Where a using of the library would make a name ambiguous, the library's names are written in full.</summary>
/// <param name="root">The file before the change.</param>
/// <param name="model">Its meaning.</param>
/// <param name="types">The types that the rules know.</param>
internal sealed class Usings(CompilationUnitSyntax root, SemanticModel model, KnownTypes types)
{
    /// <summary>Marks what the change has written.</summary>
    public static readonly SyntaxAnnotation Written = new();

    private const string Library = "AsyncViews";

    private static readonly Dictionary<string, string> Namespaces = new()
    {
        ["AsyncPageModel"] = Library,
        ["AsyncHandlerAttribute"] = Library,
        ["ProcessContext"] = Library,
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
        var missing = names.Select(name => (Namespace: Namespaces[name], Found: model.LookupNamespacesAndTypes(inside, name: name)))
            .Where(one => !one.Found.Any(symbol => symbol.ContainingNamespace?.ToDisplayString() == one.Namespace)).ToLookup(one => one.Namespace, one => one.Found);
        foreach (var space in missing.OrderBy(space => space.Key, StringComparer.Ordinal))
            changed = space.Key == Library && (space.Any(found => found.Length > 0) || HasNamesOfLibrary()) ? Qualify(changed) : Add(changed, space.Key);
        return replaced.Count > 0 && !IsNamespaceOfPageModelUsed(replaced) ? Remove(changed, types.PageModel.ContainingNamespace.ToDisplayString()) : changed;
    }

    private bool IsNamespaceOfPageModelUsed(IReadOnlyCollection<SyntaxNode> replaced) => TypesIn(except: replaced).Any(type => KnownTypes.IsSame(type.ContainingNamespace, types.PageModel.ContainingNamespace));

    private bool HasNamesOfLibrary() => TypesIn(except: []).Any(type => types.AsyncPageModel.ContainingNamespace.GetTypeMembers(type.Name, type.Arity)
        .Any(own => own.DeclaredAccessibility == Accessibility.Public && !KnownTypes.IsSame(own, type.OriginalDefinition)));

    private IEnumerable<INamedTypeSymbol> TypesIn(IReadOnlyCollection<SyntaxNode> except) => root.DescendantNodes(inner => inner is not UsingDirectiveSyntax && !except.Contains(inner))
        .OfType<SimpleNameSyntax>().Where(name => !except.Contains(name))
        .Select(name => model.GetSymbolInfo(name).Symbol)
        .Select(symbol => symbol is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.ReducedExtension } method ? method.ContainingType : symbol)
        .OfType<INamedTypeSymbol>();

    /// <summary>Writes the library's names in full where the conversion has put them: as a base class, an attribute or the type of a parameter.</summary>
    private static CompilationUnitSyntax Qualify(CompilationUnitSyntax changed) => changed.ReplaceNodes(
        changed.GetAnnotatedNodes(Written).SelectMany(node => node.DescendantNodesAndSelf()).OfType<IdentifierNameSyntax>().Where(name => (name.Parent, name.Identifier.ValueText) is
            (BaseTypeSyntax, "AsyncPageModel") or (AttributeSyntax, "AsyncHandler") or (ParameterSyntax, "ProcessContext")),
        (_, name) => SyntaxFactory.ParseName($"{Library}.{name.Identifier.ValueText}").WithTriviaFrom(name));

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
