using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AsyncViews.Analyzers;

/// <summary>Finds out where a token could be passed on and is not.</summary>
public static class TokenFlow
{
    /// <summary>The token parameter that a call leaves to its default, or that an overload has. Null if the call has a token already, or cannot have one.</summary>
    public static IParameterSymbol? FindUnused(IInvocationOperation call, KnownTypes types)
    {
        if (types.CancellationToken is not { } token || !IsAwaitable(call.TargetMethod.ReturnType) || IsStart(call.TargetMethod) || IsLeftAlone(call, token) || GetsTokenLater(call))
            return null;

        var tokens = call.Arguments.Where(argument => KnownTypes.IsSame(argument.Parameter?.Type, token)).ToArray();
        if (tokens.Length > 0)
            return tokens.FirstOrDefault(argument => argument.ArgumentKind == ArgumentKind.DefaultValue)?.Parameter;

        var method = call.TargetMethod;
        return method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Select(other => Match(other, call, token)).FirstOrDefault(parameter => parameter is not null);
    }

    /// <summary>The token parameter of an overload that takes the same parameters and this one.</summary>
    private static IParameterSymbol? Match(IMethodSymbol overload, IInvocationOperation call, INamedTypeSymbol token)
    {
        var method = call.TargetMethod;
        if (overload.Arity != method.Arity || overload.IsStatic != method.IsStatic || overload.Parameters.Length != method.Parameters.Length + 1)
            return null;
        if (overload.DeclaredAccessibility != method.DeclaredAccessibility)
            return null;

        var same = overload.Arity == 0 ? overload : overload.Construct([.. method.TypeArguments]);
        if (same.Parameters.FirstOrDefault(one => KnownTypes.IsSame(one.Type, token)) is not { } parameter)
            return null;

        var others = same.Parameters.RemoveAt(parameter.Ordinal).Select(one => one.Type);
        return others.SequenceEqual(method.Parameters.Select(one => one.Type), SymbolEqualityComparer.Default) && CanStandFor(same.ReturnType, call) ? parameter : null;
    }

    /// <summary>A Task and a ValueTask can stand for each other only where the call is awaited.</summary>
    private static bool CanStandFor(ITypeSymbol type, IInvocationOperation call)
    {
        var own = call.TargetMethod.ReturnType;
        return KnownTypes.IsSame(type, own) || (KnownTypes.IsTask(type) && IsAwaited(call) && SymbolEqualityComparer.Default.Equals(ResultOf(type), ResultOf(own)));

        static ITypeSymbol? ResultOf(ITypeSymbol task) => ((INamedTypeSymbol)task).TypeArguments.FirstOrDefault();
    }

    private static bool IsAwaited(IInvocationOperation call)
    {
        // Only a Task can be configured by options.
        var isConfigured = CallOn(call) is { TargetMethod: { Name: "ConfigureAwait" } method } && method.Parameters[0].Type.SpecialType == SpecialType.System_Boolean;
        return (isConfigured ? CallOn(call) : call)?.Parent is IAwaitOperation;
    }

    /// <summary>A stream may be given its token by a call that follows.</summary>
    private static bool GetsTokenLater(IInvocationOperation call)
    {
        var next = CallOn(call);
        while (next is not null && next.TargetMethod.Name != "WithCancellation")
            next = CallOn(next);
        return next is not null;
    }

    /// <summary>The call that is made on the value of another.</summary>
    private static IInvocationOperation? CallOn(IOperation value) => value.Parent switch
    {
        IConversionOperation { IsImplicit: true } conversion => CallOn(conversion),
        IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: true } call } => call,
        IInvocationOperation call when call.Instance == value => call,
        _ => null,
    };

    /// <summary>Code that cleans up after a cancel has no use for the token, nor has what follows the commit or the response. A function may have a token of its own, or none.</summary>
    private static bool IsLeftAlone(IOperation operation, INamedTypeSymbol token)
    {
        for (IOperation? child = operation, parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is ICatchClauseOperation || (parent is ITryOperation attempt && attempt.Finally == child))
                return true;

            var function = parent switch { IAnonymousFunctionOperation lambda => lambda.Symbol, ILocalFunctionOperation local => local.Symbol, _ => null };
            if (function is not null && (function.IsStatic || function.Parameters.Any(parameter => KnownTypes.IsSame(parameter.Type, token)) || FollowsCommit(parent)))
                return true;
        }

        return false;
    }

    /// <summary>The whole body that an operation stands in.</summary>
    internal static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>Returns whether a function is the action that follows a commit or the response, under its name or as it stands.</summary>
    private static bool FollowsCommit(IOperation function) => function is ILocalFunctionOperation { Symbol: var local }
        ? RootOf(function).Descendants().OfType<IMethodReferenceOperation>().Any(named => KnownTypes.IsSame(named.Method, local) && IsActionAfterCommit(named))
        : IsActionAfterCommit(function);

    private static bool IsActionAfterCommit(IOperation function) =>
        function.Parent is IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } } }
        && (KnownTypes.FullNameOf(method.ContainingType), method.Name) is ("AsyncViews.ProcessTransaction", "AfterCommit") or ("Microsoft.AspNetCore.Http.HttpResponse", "OnCompleted");

    /// <summary>The token of these methods keeps the work from starting, and does not stop it.</summary>
    private static bool IsStart(IMethodSymbol method) => method.Name is "Run" or "StartNew" && KnownTypes.FullNameOf(method.ContainingType) is "System.Threading.Tasks.Task" or "System.Threading.Tasks.TaskFactory";

    private static bool IsAwaitable(ITypeSymbol type) => KnownTypes.IsTask(type) || KnownTypes.FullNameOf(type) == "System.Collections.Generic.IAsyncEnumerable";
}
