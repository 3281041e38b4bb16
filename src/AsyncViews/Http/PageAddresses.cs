using System.Globalization;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Http;

/// <summary>Addresses of a page by Razor Pages' own rule: <c>?handler=…</c>, or in the path where the page's route has a <c>{handler}</c>.</summary>
internal sealed class PageAddresses(LinkGenerator links)
{
    /// <summary>The keys that AsyncViews itself adds to a query. Everything else is the page's own and is kept.</summary>
    private static readonly string[] OwnKeys =
        [QueryKeys.Handler, QueryKeys.Id, QueryKeys.Refresh, QueryKeys.NetsightJson, QueryKeys.Embedded, QueryKeys.SentBefore, QueryKeys.RunBy];

    /// <summary>The keys by which a poll says what its page shows, behind everything else: a page may have queries of these names itself.</summary>
    private static readonly string[] PollKeys =
        [QueryKeys.Version, QueryKeys.Position, QueryKeys.Remaining, QueryKeys.Announcement, QueryKeys.CadenceBand];

    /// <summary>The addresses of a process that this request found or sent: of its page's own, or of a job.</summary>
    public ProcessAddresses Of(HttpContext context, ProcessType type, ProcessId id) => Of(context, type, id, OriginOf(context))
        ?? throw new InvalidOperationException("This page's own route values do not produce an address.");

    /// <summary>The addresses of a process by where it comes from; null where the application has no such page (any more).</summary>
    public ProcessAddresses? Of(HttpContext context, ProcessType type, ProcessId id, SubmissionOrigin origin)
    {
        if (type.IsJob)
            return OfJob(context, id);

        return Build(origin, null, null) is not { } form ? null : AllOf(form, handler =>
            Build(origin, handler, id) + (type.Handler is { } name ? $"&{QueryKeys.RunBy}={Uri.EscapeDataString(name)}" : ""));
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
        && RequestedHandler.Is(context.Request, HandlerNames.Result, HandlerNames.Processing)
        && !RequestKind.IsScript(context.Request)
        && QueryOf(context.Request).HasValue
        && FormOf(context) is { Length: > 0 } form ? form : null;

    /// <summary>Null where the library's page for jobs is not mapped.</summary>
    private ProcessAddresses? OfJob(HttpContext context, ProcessId id)
    {
        return For(HandlerNames.Processing) is null ? null : AllOf("", handler => For(handler)!);

        string? For(string handler) =>
            links.GetPathByName(context, EndpointNames.Jobs, new RouteValueDictionary { [QueryKeys.Handler] = handler, [QueryKeys.Id] = id.ToString() });
    }

    private static ProcessAddresses AllOf(string form, Func<string, string> of) => new(
        form, of(HandlerNames.Processing), of(HandlerNames.Completed), of(HandlerNames.Result), of(HandlerNames.Cancel), of(HandlerNames.Again));

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
        var handler = request.Query[QueryKeys.RunBy] is [{ Length: > 0 } name, ..] ? name : null;
        var query = QueryOf(request);
        if (HasHandlerInRoute(context))
        {
            request.Path = PathString.FromUriComponent(PathOf(request.RouteValues, handler, PathString.Empty)!);
            if (handler is null)
                request.RouteValues.Remove(QueryKeys.Handler);
            else
                request.RouteValues[QueryKeys.Handler] = handler;
        }
        else if (handler is not null)
        {
            query = QueryString.Create(QueryKeys.Handler, handler) + query;
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
            ? $"{address}{separator}{QueryKeys.Handler}={handler}&{QueryKeys.Id}={id}"
            : $"{address}{separator}{QueryKeys.Id}={id}";
    }

    /// <summary>A path that begins with two slashes, as a catch-all route may match, would name another host to the browser.</summary>
    private static string OnThisHost(string path) => path is ['/', not ('/' or '\\'), ..] ? path : "/" + path.TrimStart('/', '\\');

    /// <summary>Where the route has no handler, the path stays as the browser sent it: its case, its area, its escapes.</summary>
    private static bool HasHandlerInRoute(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint && endpoint.RoutePattern.GetParameter(QueryKeys.Handler) is not null;

    private string? PathOf(IEnumerable<KeyValuePair<string, object?>> routeValues, string? handler, PathString pathBase) =>
        links.GetPathByRouteValues(null, new RouteValueDictionary(routeValues) { [QueryKeys.Handler] = handler ?? "" }, pathBase);

    private string? PathOf(Dictionary<string, string?> routeValues, string? handler, PathString pathBase) =>
        PathOf(routeValues.Select(value => KeyValuePair.Create(value.Key, (object?)value.Value)), handler, pathBase);

    /// <summary>The page's own query.</summary>
    private static QueryString QueryOf(HttpRequest request)
    {
        if (!request.QueryString.HasValue || request.Query.Keys.All(key => OwnKeys.Contains(key, StringComparer.OrdinalIgnoreCase)))
            return default;

        string[] behind = RequestKind.IsAtAddressForScripts(request) ? [QueryKeys.Format]
            : RequestKind.IsHtmx(request) && RequestedHandler.Is(request, HandlerNames.Completed) ? PollKeys : [];
        var query = new QueryBuilder();
        foreach (var (key, values) in request.Query.Where(pair => !OwnKeys.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
            query.Add(key, values.SkipLast(behind.Contains(key, StringComparer.OrdinalIgnoreCase) ? 1 : 0)!);
        return query.ToQueryString();
    }
}
