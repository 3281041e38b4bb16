using Microsoft.CodeAnalysis;

namespace AsyncViews.Analyzers;

/// <summary>A handler of a page, named by the framework's rule: On, the HTTP method, and a name if it is not the default one.</summary>
public readonly struct PageHandler
{
    private PageHandler(bool isPost, string? name)
    {
        IsPost = isPost;
        Name = name;
    }

    /// <summary>Null for the default handler.</summary>
    public string? Name { get; }

    /// <summary>Returns whether it answers a POST.</summary>
    public bool IsPost { get; }

    /// <summary>Null for a method that the framework does not take for a handler.</summary>
    public static PageHandler? Of(IMethodSymbol method, KnownTypes types)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsAbstract: false, IsGenericMethod: false })
            return null;
        if (KnownTypes.Has(method, types.NonHandler))
            return null;

        var name = method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name.Substring(0, method.Name.Length - "Async".Length) : method.Name;
        if (name.Length <= 2 || !name.StartsWith("On", StringComparison.Ordinal))
            return null;

        var end = 3;
        while (end < name.Length && !char.IsUpper(name[end]))
            end++;
        var isPost = name.Substring(2, end - 2).Equals("Post", StringComparison.OrdinalIgnoreCase);
        return new PageHandler(isPost, end == name.Length ? null : name.Substring(end));
    }
}
