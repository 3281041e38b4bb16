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
        // Two branches may each have theirs, and so may two applications: only what stands in one list of statements runs twice.
        foreach (var same in calls.GroupBy(call => (call.TargetMethod.Name, Place: PlaceOf(call.Syntax), Root: RootOf(call))).Where(same => same.Key.Root is not null))
        {
            foreach (var second in same.OrderBy(call => call.Syntax.Span.End).Skip(1))
                context.ReportDiagnostic(Diagnostic.Create(Rules.RegisteredTwice, second.Syntax.GetLocation(), second.TargetMethod.Name + "()"));
        }
    }

    private static bool IsOfLibrary(IMethodSymbol method) => method.ContainingAssembly.Name.StartsWith("AsyncViews", StringComparison.Ordinal);

    /// <summary>The list of statements that has the call, or the branch of an expression.</summary>
    private static SyntaxNode? PlaceOf(SyntaxNode call) => call.AncestorsAndSelf().FirstOrDefault(IsPlace) switch
    {
        StatementSyntax { Parent: GlobalStatementSyntax top } => top.Parent,
        StatementSyntax statement => statement.Parent,
        var branch => branch,
    };

    private static bool IsPlace(SyntaxNode node) => node is StatementSyntax or AnonymousFunctionExpressionSyntax or SwitchExpressionArmSyntax
        || (node.Parent is ConditionalExpressionSyntax choice && node != choice.Condition);

    /// <summary>The variable with which a chain of calls begins; null where it begins with something new.</summary>
    private static ISymbol? RootOf(IOperation? value) => value switch
    {
        IInvocationOperation { TargetMethod.IsExtensionMethod: true } call => RootOf(call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value),
        IInvocationOperation { Instance: { } instance } call when KnownTypes.IsSame(instance.Type, call.Type) => RootOf(instance),
        IConversionOperation conversion => RootOf(conversion.Operand),
        IMemberReferenceOperation { Instance: { } instance and not IInstanceReferenceOperation } => RootOf(instance),
        IMemberReferenceOperation member => member.Member,
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };
}
