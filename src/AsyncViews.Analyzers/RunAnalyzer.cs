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
            start.RegisterOperationAction(InRun(types, AnalyzeFunction), OperationKind.AnonymousFunction, OperationKind.LocalFunction);
            start.RegisterSymbolAction(symbol => AnalyzeMethod(symbol, types), SymbolKind.Method);
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
        switch (KnownTypes.FullNameOf(method.ContainingType), method.Name)
        {
            case ("Microsoft.AspNetCore.Http.ISession", "Set" or "Remove" or "Clear"):
            case ("Microsoft.AspNetCore.Http.SessionExtensions", "SetString" or "SetInt32"):
                Report(context, Rules.SessionChanged, call);
                break;

            case ("Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions" or "Microsoft.AspNetCore.Authentication.AuthenticationTokenExtensions", "GetTokenAsync"):
            case ("Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions", "AuthenticateAsync") when method.Parameters.Length == 1:
                Report(context, Rules.AuthenticationTokens, call, method.Name);
                break;

            case ("System.Threading.ThreadPool", "QueueUserWorkItem" or "UnsafeQueueUserWorkItem"):
            case ("System.Threading.Thread", "Start" or "UnsafeStart") when !IsJoined(call):
                Report(context, Rules.FireAndForget, call);
                break;
        }

        if (types.TokenOf(run) is { } token && TokenFlow.FindUnused(call, types) is not null)
            Report(context, Rules.TokenNotPassed, call, method.Name, token.Name);
    }

    private static void AnalyzeProperty(OperationAnalysisContext context, IMethodSymbol run, KnownTypes types)
    {
        if (KnownTypes.IsRequestAborted(((IPropertyReferenceOperation)context.Operation).Property) && types.TokenOf(run) is { } token)
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
        switch (context.Operation)
        {
            case IAnonymousFunctionOperation { Symbol: { IsAsync: true, ReturnsVoid: true } }:
                Report(context, Rules.FireAndForget, context.Operation);
                break;

            case ILocalFunctionOperation { Symbol: { IsAsync: true, ReturnsVoid: true } local }:
                context.ReportDiagnostic(Diagnostic.Create(Rules.FireAndForget, local.Locations[0]));
                break;
        }
    }

    private static void AnalyzeMethod(SymbolAnalysisContext context, KnownTypes types)
    {
        if (context.Symbol is IMethodSymbol { IsAsync: true, ReturnsVoid: true } method && types.IsRun(method))
            context.ReportDiagnostic(Diagnostic.Create(Rules.FireAndForget, method.Locations[0]));
    }

    /// <summary>Returns whether the code waits for a thread. Any Join counts, since it may stand in a loop over several.</summary>
    private static bool IsJoined(IInvocationOperation start) => TokenFlow.RootOf(start).Descendants().OfType<IInvocationOperation>()
        .Any(call => call.TargetMethod.Name == "Join" && KnownTypes.IsSame(call.TargetMethod.ContainingType, start.TargetMethod.ContainingType));

    private static bool IsTask(IOperation value)
    {
        var inner = value is IConversionOperation { IsImplicit: true, Operand: var operand } ? operand : value;
        return inner is not IAwaitOperation && KnownTypes.IsTask(inner.Type);
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
