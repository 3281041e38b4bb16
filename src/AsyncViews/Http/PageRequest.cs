using System.Globalization;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Http;

/// <summary>How Razor Pages would understand a request to a page.</summary>
internal static class PageRequest
{
    private const string Handler = "handler";

    /// <summary>The handler that the request names: in its route, else in its query.</summary>
    public static string? HandlerName(HttpRequest request) => HandlerName(request, request.RouteValues);

    /// <summary>Returns whether the request asks if a process has completed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="routeValues">Its route values, while it is being matched.</param>
    public static bool IsPoll(HttpRequest request, RouteValueDictionary? routeValues) =>
        string.Equals(HandlerName(request, routeValues), "completed", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether the request concerns a process, and not the page itself.</summary>
    /// <param name="request">The request.</param>
    /// <param name="routeValues">Its route values, while it is being matched.</param>
    public static bool IsProcess(HttpRequest request, RouteValueDictionary? routeValues) => HandlerName(request, routeValues)?.ToLowerInvariant() switch
    {
        "processing" or "completed" or "again" or "cancel" => true,

        // A POST to a result is a new submission.
        "result" => !HttpMethods.IsPost(request.Method),
        _ => false,
    };

    private static string? HandlerName(HttpRequest request, RouteValueDictionary? routeValues) =>
        Convert.ToString(routeValues?[Handler], CultureInfo.InvariantCulture) is { Length: > 0 } inRoute ? inRoute
        : request.Query[Handler] is [{ Length: > 0 } inQuery, ..] ? inQuery
        : null;

    /// <summary>Returns whether a POST reaches a handler that runs as a process.</summary>
    public static bool IsSubmission(HttpRequest request, CompiledPageActionDescriptor page) =>
        HttpMethods.IsPost(request.Method) && HandlerOf(request, page) is { } handler && AsyncHandlers.Contain(handler);

    /// <summary>
    /// The handler that the request reaches; null where the page has none for it. Razor Pages falls back to the default one
    /// from a name that no handler has.
    /// </summary>
    public static HandlerMethodDescriptor? HandlerOf(HttpRequest request, CompiledPageActionDescriptor page)
    {
        var name = HandlerName(request);
        var ofMethod = page.HandlerMethods.Where(handler => request.Method.Equals(handler.HttpMethod, StringComparison.OrdinalIgnoreCase)).ToArray();
        return Array.Find(ofMethod, handler => handler.Name is not null && handler.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(ofMethod, handler => handler.Name is null);
    }

    /// <summary>Returns whether the request names a handler that the page has.</summary>
    public static bool HasHandlerOfItsName(HttpRequest request, CompiledPageActionDescriptor page) => HandlerOf(request, page)?.Name is not null;
}
