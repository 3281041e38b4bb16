using System.Globalization;
using AsyncViews.Endpoints;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Http;

/// <summary>Addresses of a page by Razor Pages' own rule: <c>?handler=…</c>, or in the path where the page's route has a <c>{handler}</c>.</summary>
internal sealed class PageAddresses(LinkGenerator links)
{
    /// <summary>The keys that AsyncViews itself adds to a query. Everything else is the page's own and is kept.</summary>
    private static readonly string[] OwnKeys = ["handler", ProcessPage.IdKey, "refresh", "output_json", ProcessPage.EmbeddedKey, ProcessPage.SentBeforeKey, ProcessPage.HandlerKey];

    /// <summary>The keys by which a poll says what its page shows, behind everything else: a page may have queries of these names itself.</summary>
    private static readonly string[] PollKeys = ["v", "p", "e", "m", "i"];

    /// <summary>The addresses of a process that this request found or sent: of its page's own, or of a job.</summary>
    public ProcessAddresses Of(HttpContext context, string type, ProcessId id) => Of(context, type, id, OriginOf(context))
        ?? throw new InvalidOperationException("This page's own route values do not produce an address.");

    /// <summary>The addresses of a process by where it comes from; null where the application has no such page (any more).</summary>
    public ProcessAddresses? Of(HttpContext context, string type, ProcessId id, SubmissionOrigin origin)
    {
        if (type.StartsWith(ProcessStatus.JobPrefix, StringComparison.Ordinal))
            return OfJob(context, id);

        return Build(origin, null, null) is not { } form ? null : new(form, For("processing"), For("completed"), For("result"), For("cancel"), For("again"));

        string For(string handler) => Build(origin, handler, id) + (ProcessPages.HandlerNameOf(type) is { } name ? $"&{ProcessPage.HandlerKey}={Uri.EscapeDataString(name)}" : "");
    }

    /// <summary>The page's own address; empty where there is no form to go back to.</summary>
    public string FormOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is null ? "" : Build(OriginOf(context), null, null) ?? "";

    /// <summary>
    /// Where a link such as <c>?page=2</c> leads that stands in a result, or in the layout around a waiting page: to the page itself.
    /// Null where the address is none of such a link.
    /// </summary>
    public string? TargetOfRelativeLink(HttpContext context) =>
        HasHandlerInRoute(context)
        && HttpMethods.IsGet(context.Request.Method)
        && PageRequest.HandlerName(context.Request)?.ToLowerInvariant() is "result" or "processing"
        && !JsonClient.Is(context.Request)
        && QueryOf(context.Request).HasValue
        && FormOf(context) is { Length: > 0 } form ? form : null;

    /// <summary>Null where the library's page for jobs is not mapped.</summary>
    private ProcessAddresses? OfJob(HttpContext context, ProcessId id)
    {
        return For("processing") is { } processing ? new ProcessAddresses("", processing, For("completed")!, For("result")!, For("cancel")!, For("again")!) : null;

        string? For(string handler) =>
            links.GetPathByName(context, JobsEndpoint.Name, new RouteValueDictionary { ["handler"] = handler, [ProcessPage.IdKey] = id.ToString() });
    }

    /// <summary>Returns what the addresses of this request's page are made of when no request to it is at hand.</summary>
    public static SubmissionOrigin OriginOf(HttpContext context, string? title = null) => new()
    {
        PathBase = context.Request.PathBase.Value ?? "",
        Path = context.Request.Path.Value ?? "",
        QueryString = QueryOf(context.Request).Value ?? "",
        RouteValues = HasHandlerInRoute(context)
            ? context.Request.RouteValues.ToDictionary(value => value.Key, value => Convert.ToString(value.Value, CultureInfo.InvariantCulture))
            : null,
        Title = title,
    };

    /// <summary>
    /// Makes a POST to a result's address what it means, a new submission to the same handler: nothing of the old process is
    /// left in its path, query or route values.
    /// </summary>
    public void StripProcess(HttpContext context)
    {
        var request = context.Request;
        var handler = request.Query[ProcessPage.HandlerKey] is [{ Length: > 0 } name, ..] ? name : null;
        var query = QueryOf(request);
        if (HasHandlerInRoute(context))
        {
            request.Path = PathString.FromUriComponent(PathOf(request.RouteValues, handler, PathString.Empty)!);
            if (handler is null)
                request.RouteValues.Remove("handler");
            else
                request.RouteValues["handler"] = handler;
        }
        else if (handler is not null)
        {
            query = QueryString.Create("handler", handler) + query;
        }

        request.QueryString = query;
    }

    private string? Build(SubmissionOrigin origin, string? handler, ProcessId? id)
    {
        var pathBase = new PathString(origin.PathBase);
        var path = origin.RouteValues is null ? pathBase.Add(origin.Path).ToUriComponent() : PathOf(origin.RouteValues, handler, pathBase);
        if (path is null)
            return null;

        var address = OnThisHost(path) + origin.QueryString;
        if (id is null)
            return address;

        // Neither name nor value has anything to escape.
        var separator = origin.QueryString.Length == 0 ? '?' : '&';
        return origin.RouteValues is null
            ? $"{address}{separator}handler={handler}&{ProcessPage.IdKey}={id}"
            : $"{address}{separator}{ProcessPage.IdKey}={id}";
    }

    /// <summary>A path that begins with two slashes, as a catch-all route may match, would name another host to the browser.</summary>
    private static string OnThisHost(string path) => path is ['/', not ('/' or '\\'), ..] ? path : "/" + path.TrimStart('/', '\\');

    /// <summary>Where the route has no handler, the path stays as the browser sent it: its case, its area, its escapes.</summary>
    private static bool HasHandlerInRoute(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint && endpoint.RoutePattern.GetParameter("handler") is not null;

    private string? PathOf(IEnumerable<KeyValuePair<string, object?>> routeValues, string? handler, PathString pathBase) =>
        links.GetPathByRouteValues(null, new RouteValueDictionary(routeValues) { ["handler"] = handler ?? "" }, pathBase);

    private string? PathOf(Dictionary<string, string?> routeValues, string? handler, PathString pathBase) =>
        PathOf(routeValues.Select(value => KeyValuePair.Create(value.Key, (object?)value.Value)), handler, pathBase);

    /// <summary>The page's own query.</summary>
    private static QueryString QueryOf(HttpRequest request)
    {
        string[] behind = JsonClient.IsAtItsAddress(request) ? [JsonClient.FormatKey]
            : request.Headers.ContainsKey(CompletedEndpoint.HtmxRequest) && PageRequest.IsPoll(request, request.RouteValues) ? PollKeys : [];
        var query = new QueryBuilder();
        foreach (var (key, values) in request.Query.Where(pair => !OwnKeys.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
            query.Add(key, values.SkipLast(behind.Contains(key) ? 1 : 0)!);
        return query.ToQueryString();
    }
}
