using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Capture;

/// <summary>How Razor Pages would understand a request to a page.</summary>
internal static class PageRequest
{
    private const string Handler = "handler";

    /// <summary>The handler that the request names: in its route, else in its query.</summary>
    public static string? HandlerName(HttpRequest request) => HandlerName(request, request.RouteValues);

    /// <summary>Whether the request asks if a process has completed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="routeValues">Its route values, while it is being matched.</param>
    public static bool IsPoll(HttpRequest request, RouteValueDictionary? routeValues) =>
        string.Equals(HandlerName(request, routeValues), "completed", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the request concerns a process, and not the page itself.</summary>
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
        : request.Query[Handler].ToString() is { Length: > 0 } inQuery ? inQuery
        : null;

    /// <summary>
    /// Whether a POST reaches the page's default handler. Razor Pages falls back to it from a name that no handler has.
    /// </summary>
    public static bool IsSubmission(HttpRequest request, CompiledPageActionDescriptor page) =>
        HttpMethods.IsPost(request.Method) && !HasHandlerOfItsName(request, page);

    /// <summary>Whether the request names a handler that the page has. Razor Pages falls back to the default one from every other name.</summary>
    public static bool HasHandlerOfItsName(HttpRequest request, CompiledPageActionDescriptor page) =>
        HandlerName(request) is { } name && HasHandler(page, request.Method, name);

    private static bool HasHandler(CompiledPageActionDescriptor page, string method, string name) => page.HandlerMethods.Any(handler =>
        method.Equals(handler.HttpMethod, StringComparison.OrdinalIgnoreCase) && string.Equals(name, handler.Name, StringComparison.OrdinalIgnoreCase));
}
