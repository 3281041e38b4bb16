using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Http;

/// <summary>What every answer about a process says: it is for its owner alone, now.</summary>
internal static class PrivateHeaders
{
    private static readonly StringValues Varying = $"{HeaderNames.Accept}, HX-Request, Prefer";

    /// <summary>
    /// For what shows something of somebody's. A cache of the application looks at the first write, before anything is set
    /// at the start of the response.
    /// </summary>
    public static void KeepFromCaches(HttpContext context)
    {
        KeepFromOutputCache(context);

        // As antiforgery sets it: it warns of any other value when a form is written.
        if (!context.Response.HasStarted)
            context.Response.Headers.CacheControl = "no-cache, no-store";
    }

    /// <summary>For a form with its person's token, whose headers are the application's own.</summary>
    public static void KeepFromOutputCache(HttpContext context)
    {
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
            cache.Context.AllowCacheStorage = false;
    }

    /// <summary>Set last, so that they replace what a recorded response or a form in the page says.</summary>
    public static void SetAtStart(HttpContext context)
    {
        KeepFromCaches(context);
        var response = context.Response;
        response.OnStarting(() =>
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
}
