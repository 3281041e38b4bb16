using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace AsyncViews.Analyzers;

/// <summary>The types that the rules are about, as a compilation knows them.</summary>
public sealed class KnownTypes
{
    private static readonly SymbolDisplayFormat FullNames = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    private readonly ConcurrentDictionary<ISymbol, bool> _runs = new(SymbolEqualityComparer.Default);
    private readonly INamedTypeSymbol[] _jobs;

    private KnownTypes(Compilation compilation, INamedTypeSymbol asyncPageModel, INamedTypeSymbol pageModel)
    {
        AsyncPageModel = asyncPageModel;
        PageModel = pageModel;
        AsyncHandler = compilation.GetTypeByMetadataName("AsyncViews.AsyncHandlerAttribute");
        NonHandler = compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Mvc.RazorPages.NonHandlerAttribute");
        ProcessContext = compilation.GetTypeByMetadataName("AsyncViews.ProcessContext");
        CancellationToken = compilation.GetTypeByMetadataName("System.Threading.CancellationToken");
        _jobs = [.. new[] { "AsyncViews.IJob`1", "AsyncViews.IJob`2" }.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>()];
    }

    /// <summary>The base class of pages with processes.</summary>
    public INamedTypeSymbol AsyncPageModel { get; }

    /// <summary>The base class of all pages with a model of their own.</summary>
    public INamedTypeSymbol PageModel { get; }

    /// <summary>The mark of a further handler that runs as a process.</summary>
    public INamedTypeSymbol? AsyncHandler { get; }

    /// <summary>The framework's mark of a method that looks like a handler.</summary>
    public INamedTypeSymbol? NonHandler { get; }

    /// <summary>The running process.</summary>
    public INamedTypeSymbol? ProcessContext { get; }

    /// <summary>The framework's token.</summary>
    public INamedTypeSymbol? CancellationToken { get; }

    /// <summary>Null in a compilation that does not know the library.</summary>
    public static KnownTypes? In(Compilation compilation) =>
        compilation.GetTypeByMetadataName("AsyncViews.AsyncPageModel") is { BaseType: { } pageModel } page ? new KnownTypes(compilation, page, pageModel) : null;

    /// <summary>Returns whether the method has the attribute that makes it a handler of its own.</summary>
    public bool IsMarked(IMethodSymbol method) => Has(method, AsyncHandler);

    /// <summary>Returns whether the method has the attribute, or overrides one that has it: an override inherits it.</summary>
    public static bool Has(IMethodSymbol? method, INamedTypeSymbol? attribute)
    {
        for (; method is not null; method = method.OverriddenMethod)
        {
            if (method.GetAttributes().Any(one => IsSame(one.AttributeClass, attribute)))
                return true;
        }

        return false;
    }

    /// <summary>The name of a type with its namespace, and without type arguments. An application may have a type of its own with the same short name.</summary>
    public static string FullNameOf(ITypeSymbol? type) => type?.ToDisplayString(FullNames) ?? "";

    /// <summary>Returns whether a type is a task, with a value or without.</summary>
    public static bool IsTask(ITypeSymbol? type) => FullNameOf(type) is "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask";

    /// <summary>Returns whether a property is the token of a request.</summary>
    public static bool IsRequestAborted(ISymbol? property) => property is IPropertySymbol { Name: "RequestAborted" } && FullNameOf(property.ContainingType) == "Microsoft.AspNetCore.Http.HttpContext";

    /// <summary>Returns whether a type is the other, or derives from it.</summary>
    public static bool Derives(ITypeSymbol? type, INamedTypeSymbol from)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (IsSame(type, from))
                return true;
        }

        return false;
    }

    /// <summary>Returns whether the code of a method is that of a run.</summary>
    public bool IsRun(IMethodSymbol method) => _runs.GetOrAdd(method, _ => OverridesRunAsync(method) || IsMarked(method) || IsJob(method));

    /// <summary>Returns whether the method overrides the page's default handler.</summary>
    public bool OverridesRunAsync(IMethodSymbol method)
    {
        var first = method;
        while (first.OverriddenMethod is { } overridden)
            first = overridden;
        return method.IsOverride && first.Name == "RunAsync" && IsSame(first.ContainingType, AsyncPageModel);
    }

    /// <summary>The first parameter that is a token.</summary>
    public IParameterSymbol? TokenOf(IMethodSymbol method) => method.Parameters.FirstOrDefault(parameter => IsSame(parameter.Type, CancellationToken));

    /// <summary>Compares two symbols, of which either may be missing.</summary>
    public static bool IsSame(ISymbol? one, ISymbol? other) => other is not null && SymbolEqualityComparer.Default.Equals(one, other);

    private bool IsJob(IMethodSymbol method) => method.ContainingType is { } type && type.AllInterfaces
        .Where(one => _jobs.Any(job => IsSame(one.OriginalDefinition, job)))
        .SelectMany(job => job.GetMembers("RunAsync"))
        .Any(member => IsOrOverrides(method, type.FindImplementationForInterfaceMember(member)));

    /// <summary>Returns whether a method is the other, or overrides it at whatever distance.</summary>
    public static bool IsOrOverrides(IMethodSymbol? method, ISymbol? other)
    {
        while (method is not null && !IsSame(method, other))
            method = method.OverriddenMethod;
        return method is not null;
    }
}
