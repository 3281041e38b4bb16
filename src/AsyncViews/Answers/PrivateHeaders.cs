using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Answers;

/// <summary>What every answer about a process says: it is for its owner alone, now.</summary>
internal static class PrivateHeaders
{
    private static readonly StringValues Varying = $"{HeaderNames.Accept}, HX-Request, Prefer";

    /// <summary>A page of the application that shows something of somebody's: it must not be kept for others.</summary>
    public static void KeepFromCaches(HttpContext context)
    {
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
            cache.Context.AllowCacheStorage = false;
        if (!context.Response.HasStarted)
            context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>Set last, so that they replace what a recorded response or a form in the page says.</summary>
    public static void SetAtStart(HttpResponse response) => response.OnStarting(() =>
    {
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = StringValues.Concat(response.Headers.Vary, Varying);
        response.Headers.Remove(HeaderNames.Pragma);
        response.Headers.Remove(HeaderNames.Expires);
        return Task.CompletedTask;
    });
}
