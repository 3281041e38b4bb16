using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AsyncViews.Analyzers;

/// <summary>Finds a store, an engine or a page that is registered twice, one after the other.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegistrationAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Once = ["UseSqlite", "UsePostgreSql", "UseQuartz", "MapMyProcesses", "MapJobs", "MapAsyncViewsAdmin"];

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.RegisteredTwice];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationBlockStartAction(block =>
        {
            var calls = new List<IInvocationOperation>();
            block.RegisterOperationAction(
                operation =>
                {
                    var call = (IInvocationOperation)operation.Operation;
                    if (Once.Contains(call.TargetMethod.Name) && IsOfLibrary(call.TargetMethod))
                    {
                        lock (calls)
                            calls.Add(call);
                    }
                },
                OperationKind.Invocation);
            block.RegisterOperationBlockEndAction(end => Report(end, calls));
        });
    }

    private static void Report(OperationBlockAnalysisContext context, List<IInvocationOperation> calls)
    {
        // Two branches may each have theirs: only what stands in one list of statements runs twice.
        foreach (var same in calls.GroupBy(call => (call.TargetMethod.Name, ListOf(call.Syntax))))
        {
            foreach (var second in same.OrderBy(call => call.Syntax.Span.End).Skip(1))
                context.ReportDiagnostic(Diagnostic.Create(Rules.RegisteredTwice, second.Syntax.GetLocation(), second.TargetMethod.Name + "()"));
        }
    }

    private static bool IsOfLibrary(IMethodSymbol method) => method.ContainingAssembly.Name.StartsWith("AsyncViews", StringComparison.Ordinal);

    private static SyntaxNode? ListOf(SyntaxNode call)
    {
        var statement = call.FirstAncestorOrSelf<StatementSyntax>();
        return statement?.Parent is GlobalStatementSyntax top ? top.Parent : statement?.Parent;
    }
}
