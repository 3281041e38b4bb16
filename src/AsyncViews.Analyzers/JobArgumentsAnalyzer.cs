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

            var entities = new Lazy<Dictionary<ISymbol, ISymbol>>(() => EntitiesOf(start.Compilation.Assembly.GlobalNamespace, dbContext));
            start.RegisterOperationAction(call => Analyze(call, scheduler, dbContext, entities.Value), OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, INamedTypeSymbol scheduler, INamedTypeSymbol dbContext, Dictionary<ISymbol, ISymbol> entities)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { Name: "ScheduleAsync", TypeArguments.Length: 1 } method || !KnownTypes.IsSame(method.ContainingType, scheduler))
            return;
        if (Find(method.TypeArguments[0], Depth) is not { } found)
            return;

        var argument = call.Arguments.First(one => one.Parameter?.Ordinal == 0).Syntax;
        context.ReportDiagnostic(Diagnostic.Create(Rules.EntityInArguments, argument.GetLocation(), found.Entity.Name, found.Context.Name));

        (ISymbol Entity, ISymbol Context)? Find(ITypeSymbol type, int depth)
        {
            if (entities.TryGetValue(type, out var owner))
                return (type, owner);
            if (KnownTypes.Derives(type, dbContext))
                return (type, type);
            if (depth == 0)
                return null;
            if (type is IArrayTypeSymbol array)
                return Find(array.ElementType, depth - 1);

            // Members of the application's own types, and what the framework's collections consist of.
            var inner = ((type as INamedTypeSymbol)?.TypeArguments ?? []).Concat(
                type.Locations.Any(place => place.IsInSource) ? type.GetMembers().OfType<IPropertySymbol>().Where(property => !property.IsStatic).Select(property => property.Type) : []);
            return inner.Select(one => Find(one, depth - 1)).FirstOrDefault(one => one is not null);
        }
    }

    /// <summary>The types of the sets of every context, and the context.</summary>
    private static Dictionary<ISymbol, ISymbol> EntitiesOf(INamespaceOrTypeSymbol root, INamedTypeSymbol dbContext)
    {
        var entities = new Dictionary<ISymbol, ISymbol>(SymbolEqualityComparer.Default);
        Add(root);
        return entities;

        void Add(INamespaceOrTypeSymbol container)
        {
            foreach (var member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                if (member is INamedTypeSymbol type && KnownTypes.Derives(type, dbContext))
                {
                    foreach (var set in type.GetMembers().OfType<IPropertySymbol>().Select(property => property.Type).OfType<INamedTypeSymbol>().Where(set => set is { Name: "DbSet", Arity: 1 }))
                        entities[set.TypeArguments[0]] = type;
                }

                Add(member);
            }
        }
    }
}
