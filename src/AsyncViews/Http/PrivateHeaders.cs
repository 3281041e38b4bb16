using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Http;

/// <summary>Headers of every answer about a process: it is for its owner alone, now.</summary>
internal static class PrivateHeaders
{
    /// <summary>As antiforgery sets it: it warns of any other value when a form is written.</summary>
    public const string NotForCaches = "no-cache, no-store";

    private static readonly StringValues Varying = $"{HeaderNames.Accept}, {RequestKind.HtmxHeader}, {Prefer.Header}";

    /// <summary>
    /// Keeps an answer with something of somebody's from every cache. One of the application looks at the first write, before anything is set
    /// at the start of the response.
    /// </summary>
    public static void KeepFromCaches(HttpContext context)
    {
        KeepFromOutputCache(context);

        if (!context.Response.HasStarted)
            context.Response.Headers.CacheControl = NotForCaches;
    }

    /// <summary>Returns whether a cache that many people share may keep the answer (RFC 9111, 3 and 4.2.1).</summary>
    public static bool LetOthersKeep(HttpResponse response)
    {
        if (response.Headers.CacheControl == NotForCaches)
            return false;

        var headers = response.GetTypedHeaders();
        return headers.CacheControl is { } control
            ? control is { NoStore: false, Private: false } && (control.Public || (control.SharedMaxAge ?? control.MaxAge) > TimeSpan.Zero)
            : headers.Expires is not null;
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
