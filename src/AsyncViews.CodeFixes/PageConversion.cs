using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace AsyncViews.CodeFixes;

/// <summary>The steps of a conversion: the base class (in whichever file it is named), the handler, and the usings.</summary>
internal static class PageConversion
{
    public static async Task<Solution> ConvertAsync(Document document, MethodDeclarationSyntax handler, Changes changes, CancellationToken cancellation)
    {
        var solution = document.Project.Solution;
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (model?.GetDeclaredSymbol(handler, cancellation) is not { } symbol || KnownTypes.In(model.Compilation) is not { } types)
            return solution;

        var edits = new Dictionary<SyntaxNode, SyntaxNode>();
        var names = new HashSet<string>();
        if (changes.HasFlag(Changes.Base))
        {
            foreach (var part in symbol.ContainingType.DeclaringSyntaxReferences)
            {
                var declaration = (TypeDeclarationSyntax)await part.GetSyntaxAsync(cancellation).ConfigureAwait(false);
                if (BaseOf(declaration, model.Compilation, types) is not { } pageModel)
                    continue;

                var replacement = SyntaxFactory.IdentifierName("AsyncPageModel").WithTriviaFrom(pageModel);
                if (declaration.SyntaxTree == handler.SyntaxTree)
                {
                    edits[pageModel] = replacement;
                    names.Add("AsyncPageModel");
                }
                else
                {
                    solution = await ReplaceElsewhereAsync(solution, pageModel, replacement, cancellation).ConfigureAwait(false);
                }
            }
        }

        var replaced = edits.Keys.ToArray();
        if ((changes & (Changes.Handler | Changes.Mark)) != 0)
        {
            // Other code calls it, or other classes override it: its parameters stay.
            var isFixed = symbol.IsVirtual || symbol.IsOverride || (await SymbolFinder.FindReferencesAsync(symbol, document.Project.Solution, cancellation).ConfigureAwait(false)).Any(found => found.Locations.Any());
            var rewriting = new HandlerRewriting(handler, symbol, model, types, names);
            var isDefault = PageHandler.Of(symbol, types) is { Name: null } && symbol.Parameters.All(parameter => KnownTypes.IsSame(parameter.Type, types.CancellationToken));
            edits[handler] = changes.HasFlag(Changes.Handler) && isDefault && !isFixed ? rewriting.Rename() : rewriting.Mark(addToken: !isFixed && changes.HasFlag(Changes.Handler));
        }

        var root = (CompilationUnitSyntax)await handler.SyntaxTree.GetRootAsync(cancellation).ConfigureAwait(false);
        var usings = new Usings(root, model, types);
        var changed = usings.Complete(root.ReplaceNodes(edits.Keys, (original, _) => edits[original].WithAdditionalAnnotations(Usings.Written)), names, replaced);
        return solution.WithDocumentSyntaxRoot(document.Id, changed);
    }

    private static TypeSyntax? BaseOf(TypeDeclarationSyntax declaration, Compilation compilation, KnownTypes types)
    {
        var model = compilation.GetSemanticModel(declaration.SyntaxTree);
        return declaration.BaseList?.Types.Select(one => one.Type).FirstOrDefault(type => KnownTypes.IsSame(model.GetTypeInfo(type).Type, types.PageModel));
    }

    /// <summary>The class is spread over several files, and its base stands in another.</summary>
    private static async Task<Solution> ReplaceElsewhereAsync(Solution solution, SyntaxNode node, IdentifierNameSyntax replacement, CancellationToken cancellation)
    {
        var document = solution.GetDocument(node.SyntaxTree)!;
        var root = (CompilationUnitSyntax)await node.SyntaxTree.GetRootAsync(cancellation).ConfigureAwait(false);
        var qualified = SyntaxFactory.ParseTypeName($"AsyncViews.{replacement.Identifier.ValueText}").WithTriviaFrom(node);
        return solution.WithDocumentSyntaxRoot(document.Id, root.ReplaceNode(node, qualified));
    }
}
