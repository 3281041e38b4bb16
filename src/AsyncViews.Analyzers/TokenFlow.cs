using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AsyncViews.Analyzers;

/// <summary>Finds out where a token could be passed on and is not.</summary>
public static class TokenFlow
{
    /// <summary>The token parameter that a call leaves to its default, or that an overload has. Null if the call has a token already, or cannot have one.</summary>
    public static IParameterSymbol? FindUnused(IInvocationOperation call, KnownTypes types)
    {
        if (types.CancellationToken is not { } token || !IsAwaitable(call.TargetMethod.ReturnType) || IsStart(call.TargetMethod) || IsLeftAlone(call, token))
            return null;

        var tokens = call.Arguments.Where(argument => KnownTypes.IsSame(argument.Parameter?.Type, token)).ToArray();
        if (tokens.Length > 0)
            return tokens.FirstOrDefault(argument => argument.ArgumentKind == ArgumentKind.DefaultValue)?.Parameter;

        var method = call.TargetMethod;
        return method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Select(other => Match(other, method, token)).FirstOrDefault(parameter => parameter is not null);
    }

    /// <summary>The token parameter of an overload that takes the same parameters and this one.</summary>
    private static IParameterSymbol? Match(IMethodSymbol overload, IMethodSymbol method, INamedTypeSymbol token)
    {
        if (overload.Arity != method.Arity || overload.IsStatic != method.IsStatic || overload.Parameters.Length != method.Parameters.Length + 1)
            return null;
        if (overload.DeclaredAccessibility != method.DeclaredAccessibility || !KnownTypes.IsSame(overload.Parameters[overload.Parameters.Length - 1].Type, token))
            return null;

        var same = overload.Arity == 0 ? overload : overload.Construct([.. method.TypeArguments]);
        return method.Parameters.Zip(same.Parameters, (one, other) => SymbolEqualityComparer.Default.Equals(one.Type, other.Type)).All(equal => equal)
            ? same.Parameters[same.Parameters.Length - 1] : null;
    }

    /// <summary>Code that cleans up after a cancel has no use for the token, and a function may have a token of its own, or none.</summary>
    private static bool IsLeftAlone(IOperation operation, INamedTypeSymbol token)
    {
        for (IOperation? child = operation, parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is ICatchClauseOperation || (parent is ITryOperation attempt && attempt.Finally == child))
                return true;

            var function = parent switch { IAnonymousFunctionOperation lambda => lambda.Symbol, ILocalFunctionOperation local => local.Symbol, _ => null };
            if (function is not null && (function.IsStatic || function.Parameters.Any(parameter => KnownTypes.IsSame(parameter.Type, token))))
                return true;
        }

        return false;
    }

    /// <summary>The token of these methods keeps the work from starting, and does not stop it.</summary>
    private static bool IsStart(IMethodSymbol method) => method is { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" };

    private static bool IsAwaitable(ITypeSymbol type) => type.Name is "Task" or "ValueTask" or "IAsyncEnumerable" or "ConfiguredTaskAwaitable";
}
