using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Running.Replay;

/// <summary>A handler that runs as a process.</summary>
internal sealed class AsyncHandler(RouteEndpoint page, HandlerMethodDescriptor handler)
{
    /// <summary>The page that it belongs to.</summary>
    public RouteEndpoint Page => page;

    /// <summary>Its name; null for the default one.</summary>
    public string? Name => handler.Name;

    /// <summary>The attributes of the page, then those of the handler; those of base classes before those of derived ones.</summary>
    public EndpointMetadataCollection Metadata { get; } = new(
        [.. page.Metadata.Where(item => item is not Attribute), .. page.Metadata.OfType<Attribute>().Reverse(), .. handler.MethodInfo.GetCustomAttributes().Reverse()]);

    public RetryOnFailureAttribute? Retry { get; } = Find<RetryOnFailureAttribute>(page, handler);

    public string? Quota { get; } = Find<QuotaAttribute>(page, handler)?.Name;

    public int MaxAttempts => Retry?.MaxAttempts ?? 1;

    public int MaxStarts { get; } = Find<RerunAfterCrashAttribute>(page, handler)?.MaxStarts ?? 1;

    /// <summary>Finds an attribute: one on the handler goes before one on its page.</summary>
    private static T? Find<T>(RouteEndpoint page, HandlerMethodDescriptor handler)
        where T : Attribute => handler.MethodInfo.GetCustomAttribute<T>() ?? page.Metadata.GetMetadata<T>();
}
