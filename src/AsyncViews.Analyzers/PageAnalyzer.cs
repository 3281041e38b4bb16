using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AsyncViews.Analyzers;

/// <summary>Finds the mistakes of pages that stop the application at its start, and the handlers that could run in the background.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PageAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The advice on a method that only looks like a handler, or that answers another request than a POST.</summary>
    private const string NoHandler = "Leave the parameter out, make the method non-public, or mark it with [NonHandler].";

    private static readonly string[] Reserved = ["Processing", "Completed", "Result", "Cancel", "Again"];

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Rules.RunInBackground, Rules.PostBesideRunAsync, Rules.ReservedName, Rules.HandlerOutsideAsyncPage, Rules.NoPostHandler,
        Rules.ProcessWithoutHandler, Rules.NothingRuns,
    ];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.In(start.Compilation) is not { } types)
                return;

            var bases = new Lazy<HashSet<ISymbol>>(() => BasesIn(start.Compilation.Assembly.GlobalNamespace));
            start.RegisterSymbolAction(symbol => Analyze(symbol, types, bases), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, KnownTypes types, Lazy<HashSet<ISymbol>> bases)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !KnownTypes.Derives(type, types.PageModel))
            return;

        if (KnownTypes.Derives(type, types.AsyncPageModel))
            AnalyzeAsyncPage(context, type, types, bases);
        else
            AnalyzePlainPage(context, type, types);
    }

    private static void AnalyzePlainPage(SymbolAnalysisContext context, INamedTypeSymbol type, KnownTypes types)
    {
        var isConvertible = KnownTypes.IsSame(type.BaseType, types.PageModel);
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            var handler = PageHandler.Of(method, types);
            if (types.IsMarked(method))
                Report(context, Rules.HandlerOutsideAsyncPage, method, type.Name);
            else if (handler is { } one && TakesProcess(method, types))
                Report(context, Rules.ProcessWithoutHandler, method, one.IsPost ? $"Derive {type.Name} from AsyncPageModel, and mark the method with [AsyncHandler]." : NoHandler);
            else if (isConvertible && handler is { IsPost: true })
                Report(context, Rules.RunInBackground, method);
        }
    }

    private static void AnalyzeAsyncPage(SymbolAnalysisContext context, INamedTypeSymbol type, KnownTypes types, Lazy<HashSet<ISymbol>> bases)
    {
        // Of the page and of its own base classes, as the framework sees them.
        var methods = new List<IMethodSymbol>();
        for (var owner = type; owner is not null && !KnownTypes.IsSame(owner, types.AsyncPageModel); owner = owner.BaseType)
            methods.AddRange(owner.GetMembers().OfType<IMethodSymbol>().Where(method => !methods.Any(below => KnownTypes.IsOrOverrides(below, method))));
        var runAsync = methods.FirstOrDefault(types.OverridesRunAsync);
        var posts = methods.Where(method => PageHandler.Of(method, types) is { IsPost: true }).ToArray();
        var defaultPost = posts.FirstOrDefault(method => PageHandler.Of(method, types) is { Name: null });
        var runs = runAsync is not null || methods.Any(types.IsMarked);

        foreach (var method in methods.Where(method => KnownTypes.IsSame(method.ContainingType, type)))
        {
            var handler = PageHandler.Of(method, types);
            if (handler is { Name: { } name } && Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
                Report(context, Rules.ReservedName, method);
            else if (handler is { IsPost: true, Name: null } && runAsync is not null)
                Report(context, Rules.PostBesideRunAsync, method);
            else if (KnownTypes.IsSame(method, runAsync) && defaultPost is not null && !KnownTypes.IsSame(defaultPost.ContainingType, type))
                context.ReportDiagnostic(Diagnostic.Create(Rules.PostBesideRunAsync, method.Locations[0], defaultPost.Name));
            else if (types.IsMarked(method) && handler is not { IsPost: true } && !method.IsAbstract)
                Report(context, Rules.NoPostHandler, method);
            else if (!types.IsMarked(method) && handler is { } one && TakesProcess(method, types))
                Report(context, Rules.ProcessWithoutHandler, method, one.IsPost ? "Mark it with [AsyncHandler]." : NoHandler);
            else if (!types.IsMarked(method) && handler is { IsPost: true } && runs)
                Report(context, Rules.RunInBackground, method);
        }

        if (runs || type.IsAbstract || bases.Value.Contains(type))
            return;

        var post = defaultPost ?? posts.FirstOrDefault();
        if (post is null && IsLibraryWithoutPages(context.Compilation, bases))
            return;

        var advice = post is null
            ? "Override RunAsync(ProcessContext process, CancellationToken cancellationToken), or make the class abstract if pages derive from it."
            : $"Rename {post.Name} to RunAsync(ProcessContext process, CancellationToken cancellationToken), or mark it with [AsyncHandler].";
        var place = post is not null && KnownTypes.IsSame(post.ContainingType, type) ? (ISymbol)post : type;
        context.ReportDiagnostic(Diagnostic.Create(Rules.NothingRuns, place.Locations[0], type.Name, advice));
    }

    private static bool TakesProcess(IMethodSymbol method, KnownTypes types) => method.Parameters.Any(parameter => KnownTypes.IsSame(parameter.Type, types.ProcessContext));

    private static void Report(SymbolAnalysisContext context, DiagnosticDescriptor rule, IMethodSymbol method, params object[] more) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, method.Locations[0], [method.Name, .. more]));

    /// <summary>Its classes are there for the pages of applications, whose own check at the start finds what is missing.</summary>
    private static bool IsLibraryWithoutPages(Compilation compilation, Lazy<HashSet<ISymbol>> bases) =>
        compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary
        && compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Mvc.RazorPages.Page") is { } page && !bases.Value.Contains(page);

    /// <summary>Every class of the compilation that another one derives from: it need not be a page itself.</summary>
    private static HashSet<ISymbol> BasesIn(INamespaceOrTypeSymbol container)
    {
        var bases = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        Add(container);
        return bases;

        void Add(INamespaceOrTypeSymbol from)
        {
            foreach (var member in from.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                if (member is INamedTypeSymbol { BaseType: { } above })
                    bases.Add(above.OriginalDefinition);
                Add(member);
            }
        }
    }
}
