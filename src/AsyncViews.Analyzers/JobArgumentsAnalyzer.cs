using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AsyncViews.Analyzers;

/// <summary>Finds jobs whose arguments contain an entity of Entity Framework Core, or a context.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class JobArgumentsAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The depth to which the members of the arguments are examined.</summary>
    private const int Depth = 4;

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.EntityInArguments];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName("AsyncViews.IJobScheduler") is not { } scheduler
                || start.Compilation.GetTypeByMetadataName("Microsoft.EntityFrameworkCore.DbContext") is not { } dbContext)
                return;

            var models = new Lazy<Models>(() => new Models(start.Compilation, dbContext));
            start.RegisterOperationAction(call => Analyze(call, scheduler, models), OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, INamedTypeSymbol scheduler, Lazy<Models> models)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!KnownTypes.IsSame(call.TargetMethod.ContainingType, scheduler))
            return;

        foreach (var argument in call.Arguments.Where(one => one.Parameter?.Name is "args" or "steps" or "parts" or "last").SelectMany(one => JobsIn(one.Value)))
        {
            if (argument.Type is { } type && models.Value.Find(type, Depth) is { } found)
                context.ReportDiagnostic(Diagnostic.Create(Rules.EntityInArguments, argument.Syntax.GetLocation(), found.Entity.Name, found.Context.Name));
        }
    }

    /// <summary>The arguments of one job, or of those that a list names.</summary>
    private static IEnumerable<IOperation> JobsIn(IOperation value) => value switch
    {
        IConversionOperation { IsImplicit: true } conversion => JobsIn(conversion.Operand),
        ICollectionExpressionOperation list => list.Elements.SelectMany(JobsIn),
        IArrayCreationOperation { Initializer: { } list } => list.ElementValues.SelectMany(JobsIn),
        _ => [value],
    };

    /// <summary>The contexts of the application and of the projects that it refers to, and their entities.</summary>
    private sealed class Models
    {
        private const string EntityFramework = "Microsoft.EntityFrameworkCore";

        private readonly INamedTypeSymbol _dbContext;
        private readonly HashSet<IAssemblySymbol> _assemblies;
        private readonly Dictionary<ISymbol, ISymbol> _contexts = new(SymbolEqualityComparer.Default);

        public Models(Compilation compilation, INamedTypeSymbol dbContext)
        {
            _dbContext = dbContext;
            _assemblies = new(compilation.SourceModule.ReferencedAssemblySymbols.Where(UsesEntityFramework), SymbolEqualityComparer.Default) { compilation.Assembly };
            foreach (var assembly in _assemblies)
                AddContexts(assembly.GlobalNamespace);
        }

        /// <summary>Finds an entity or a context in a type, and the context that it belongs to.</summary>
        public (ISymbol Entity, ISymbol Context)? Find(ITypeSymbol type, int depth)
        {
            if (_contexts.TryGetValue(type, out var owner))
                return (type, owner);
            if (KnownTypes.Derives(type, _dbContext))
                return (type, type);
            if (depth == 0)
                return null;
            if (type is IArrayTypeSymbol array)
                return Find(array.ElementType, depth - 1);

            for (var current = type; current is not null; current = current.BaseType)
            {
                if (Inside(current).Select(one => Find(one, depth - 1)).FirstOrDefault(one => one is not null) is { } found)
                    return found;
            }

            return null;
        }

        /// <summary>The members of one of the application's own types, or what a collection of the framework consists of.</summary>
        private IEnumerable<ITypeSymbol> Inside(ITypeSymbol type) => _assemblies.Contains(type.ContainingAssembly)
            ? type.GetMembers().OfType<IPropertySymbol>().Where(property => !property.IsStatic).Select(property => property.Type)
            : (type as INamedTypeSymbol)?.TypeArguments ?? [];

        private static bool UsesEntityFramework(IAssemblySymbol assembly) =>
            !assembly.Name.StartsWith("Microsoft.", StringComparison.Ordinal) && assembly.Modules.Any(module => module.ReferencedAssemblies.Any(one => one.Name == EntityFramework));

        private void AddContexts(INamespaceOrTypeSymbol container)
        {
            foreach (var member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                if (member is INamedTypeSymbol type && KnownTypes.Derives(type, _dbContext))
                {
                    for (INamedTypeSymbol? declaring = type; declaring is not null; declaring = declaring.BaseType)
                    {
                        foreach (var set in declaring.GetMembers().OfType<IPropertySymbol>().Select(property => property.Type).OfType<INamedTypeSymbol>().Where(set => set is { Name: "DbSet", Arity: 1 }))
                            _contexts[set.TypeArguments[0]] = type;
                    }
                }

                AddContexts(member);
            }
        }
    }
}
