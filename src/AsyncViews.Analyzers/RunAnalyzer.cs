using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AsyncViews.Analyzers;

/// <summary>Finds code that works in a request, and not in the run of a page or job.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RunAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.SessionChanged, Rules.AuthenticationTokens, Rules.RequestAborted, Rules.FireAndForget, Rules.TokenNotPassed];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.In(start.Compilation) is not { } types)
                return;

            start.RegisterOperationAction(InRun(types, AnalyzeCall), OperationKind.Invocation);
            start.RegisterOperationAction(InRun(types, AnalyzeProperty), OperationKind.PropertyReference);
            start.RegisterOperationAction(InRun(types, AnalyzeStatement), OperationKind.ExpressionStatement);
            start.RegisterOperationAction(InRun(types, AnalyzeFunction), OperationKind.AnonymousFunction);
        });
    }

    private static Action<OperationAnalysisContext> InRun(KnownTypes types, Action<OperationAnalysisContext, IMethodSymbol, KnownTypes> analyze) => context =>
    {
        if (context.ContainingSymbol is IMethodSymbol method && types.IsRun(method))
            analyze(context, method, types);
    };

    private static void AnalyzeCall(OperationAnalysisContext context, IMethodSymbol run, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        var method = call.TargetMethod;
        switch (method.ContainingType.Name, method.Name)
        {
            case ("ISession", "Set" or "Remove" or "Clear"):
            case ("SessionExtensions", "SetString" or "SetInt32"):
                Report(context, Rules.SessionChanged, call);
                break;

            case ("AuthenticationHttpContextExtensions" or "AuthenticationTokenExtensions", "GetTokenAsync"):
            case ("AuthenticationHttpContextExtensions", "AuthenticateAsync") when method.Parameters.Length == 1:
                Report(context, Rules.AuthenticationTokens, call, method.Name);
                break;

            case ("ThreadPool", "QueueUserWorkItem" or "UnsafeQueueUserWorkItem"):
            case ("Thread", "Start" or "UnsafeStart"):
                Report(context, Rules.FireAndForget, call);
                break;
        }

        if (types.TokenOf(run) is { } token && TokenFlow.FindUnused(call, types) is not null)
            Report(context, Rules.TokenNotPassed, call, method.Name, token.Name);
    }

    private static void AnalyzeProperty(OperationAnalysisContext context, IMethodSymbol run, KnownTypes types)
    {
        var property = ((IPropertyReferenceOperation)context.Operation).Property;
        if (property is { Name: "RequestAborted", ContainingType.Name: "HttpContext" } && types.TokenOf(run) is { } token)
            Report(context, Rules.RequestAborted, context.Operation, token.Name);
    }

    private static void AnalyzeStatement(OperationAnalysisContext context, IMethodSymbol run, KnownTypes types)
    {
        switch (((IExpressionStatementOperation)context.Operation).Operation)
        {
            case ISimpleAssignmentOperation { Target: IDiscardOperation, Value: var value } when IsTask(value):
            // In an async method, the compiler itself warns (CS4014).
            case IInvocationOperation call when IsTask(call) && !FunctionOf(call, run).IsAsync:
                Report(context, Rules.FireAndForget, context.Operation);
                break;
        }
    }

    private static void AnalyzeFunction(OperationAnalysisContext context, IMethodSymbol run, KnownTypes types)
    {
        if (((IAnonymousFunctionOperation)context.Operation).Symbol is { IsAsync: true, ReturnsVoid: true })
            Report(context, Rules.FireAndForget, context.Operation);
    }

    private static bool IsTask(IOperation value)
    {
        var inner = value is IConversionOperation { IsImplicit: true, Operand: var operand } ? operand : value;
        return inner is not IAwaitOperation && inner.Type is { Name: "Task" or "ValueTask" };
    }

    private static IMethodSymbol FunctionOf(IOperation operation, IMethodSymbol method)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda)
                return lambda.Symbol;
            if (parent is ILocalFunctionOperation local)
                return local.Symbol;
        }

        return method;
    }

    private static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, IOperation at, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, at.Syntax.GetLocation(), arguments));
}
