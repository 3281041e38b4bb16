using System.Collections.Concurrent;
using AsyncViews.Diagnostics;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Running.Replay;

/// <summary>Says in Development what a run asks for in vain although its POST had it, once for each page and name.</summary>
internal sealed class AskedInVain(SafeLogger<AskedInVain> logger)
{
    private const string ByFeature = $"Carry over what you need of it with an {nameof(ISubmissionFeature)}.";

    private readonly ConcurrentDictionary<(string Page, string Kind, string Name), bool> _said = new();

    /// <summary>Has a run's request watched for what was left behind.</summary>
    /// <param name="features">The features of the run.</param>
    /// <param name="page">The page, as the log names it.</param>
    /// <param name="left">What was left behind; null where nobody wants to know.</param>
    public void Watch(IFeatureCollection features, string page, LeftBehind? left)
    {
        if (left is null)
            return;

        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        var headers = left.Headers.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var cookies = left.Cookies.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var items = left.Items.ToHashSet(StringComparer.Ordinal);

        request.Headers = new WatchedHeaders(request.Headers, name => Say(headers, "header", name));
        features.Set<IRequestCookiesFeature>(new WatchedCookies(new RequestCookiesFeature(features), name => Say(cookies, "cookie", name)));
        features.Set<IItemsFeature>(new WatchedItems(key => Say(items, "key of HttpContext.Items", LeftBehind.NameOf(key))));

        void Say(HashSet<string> among, string kind, string? name)
        {
            if (name is not null && among.Contains(name) && _said.TryAdd((page, kind, name), true))
                Log.AskedInVain(logger, page, kind, name, RemedyFor(kind, name));
        }
    }

    private static string RemedyFor(string kind, string name) => kind switch
    {
        "header" when !name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase) =>
            $"Add it to {nameof(AsyncViewsOptions)}.{nameof(AsyncViewsOptions.CapturedHeaders)}.",
        "cookie" => $"Add it to {nameof(AsyncViewsOptions)}.{nameof(AsyncViewsOptions.CapturedCookies)}, unless it is good for signing in.",
        _ => ByFeature,
    };
}
