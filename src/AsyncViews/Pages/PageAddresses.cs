using AsyncViews.Capture;
using AsyncViews.Progress;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Pages;

/// <summary>Addresses of a page by Razor Pages' own rule: <c>?handler=…</c>, or in the path where the page's route has a <c>{handler}</c>.</summary>
internal sealed class PageAddresses(LinkGenerator links)
{
    public const string ProcessIdKey = "process_id";

    /// <summary>What AsyncViews itself adds to a query; everything else is the page's own and is kept.</summary>
    private static readonly string[] OwnKeys = ["handler", ProcessIdKey, "refresh", "output_json"];

    /// <summary>What a poll says that its page shows, behind everything else: a page may have queries of these names itself.</summary>
    private static readonly string[] PollKeys = ["v", "p", "e", "m", "i"];

    /// <summary>The addresses of a process of the page that this request is for.</summary>
    public ProcessAddresses Of(HttpContext context, ProcessId id) => new(
        Build(context, null, null),
        Build(context, "processing", id),
        Build(context, "completed", id),
        Build(context, "result", id),
        Build(context, "cancel", id),
        Build(context, "again", id));

    /// <summary>The page's own address.</summary>
    public string FormOf(HttpContext context) => Build(context, null, null);

    /// <summary>
    /// Makes a POST to a result's address what it means, a new submission: nothing of the old process is left in its
    /// path, query or route values.
    /// </summary>
    public void StripProcess(HttpContext context)
    {
        var request = context.Request;
        if (HasHandlerInRoute(context))
        {
            request.Path = PathString.FromUriComponent(PathOf(context, null, PathString.Empty));
            request.RouteValues.Remove("handler");
        }

        request.QueryString = QueryOf(request, null, null);
    }

    private string Build(HttpContext context, string? handler, ProcessId? id) => HasHandlerInRoute(context)
        ? OnThisHost(PathOf(context, handler, context.Request.PathBase)) + QueryOf(context.Request, null, id)
        : OnThisHost(context.Request.PathBase.Add(context.Request.Path).ToUriComponent()) + QueryOf(context.Request, handler, id);

    /// <summary>A path that begins with two slashes, as a catch-all route may match, would name another host to the browser.</summary>
    private static string OnThisHost(string path) => "/" + path.TrimStart('/', '\\');

    /// <summary>Where the route has no handler, the path stays as the browser sent it: its case, its area, its escapes.</summary>
    private static bool HasHandlerInRoute(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint && endpoint.RoutePattern.GetParameter("handler") is not null;

    private string PathOf(HttpContext context, string? handler, PathString pathBase)
    {
        var values = new RouteValueDictionary(context.Request.RouteValues) { ["handler"] = handler ?? "" };
        return links.GetPathByRouteValues(context, null, values, pathBase)
            ?? throw new InvalidOperationException("No address can be made for this page from its own route values.");
    }

    private static QueryString QueryOf(HttpRequest request, string? handler, ProcessId? id)
    {
        var isPoll = request.Headers.ContainsKey(CompletedEndpoint.HtmxRequest)
            && string.Equals(PageRequest.HandlerName(request), "completed", StringComparison.OrdinalIgnoreCase);
        var query = new QueryBuilder();
        foreach (var (key, values) in request.Query.Where(pair => !OwnKeys.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
            query.Add(key, values.SkipLast(isPoll && PollKeys.Contains(key) ? 1 : 0)!);
        if (handler is not null)
            query.Add("handler", handler);
        if (id is not null)
            query.Add(ProcessIdKey, id.Value.ToString());
        return query.ToQueryString();
    }
}
