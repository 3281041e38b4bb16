using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Http;

/// <summary>The handler that a request names, as Razor Pages understands it: in its route, else in its query.</summary>
internal static class RequestedHandler
{
    /// <summary>Null where it names none.</summary>
    public static string? NameIn(HttpRequest request) => NameIn(request, request.RouteValues);

    /// <summary>Null where it names none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="routeValues">Its route values, while it is being matched.</param>
    public static string? NameIn(HttpRequest request, RouteValueDictionary? routeValues) =>
        Convert.ToString(routeValues?[QueryKeys.Handler], CultureInfo.InvariantCulture) is { Length: > 0 } inRoute ? inRoute
        : request.Query[QueryKeys.Handler] is [{ Length: > 0 } inQuery, ..] ? inQuery
        : null;

    /// <summary>Returns whether it is one of these.</summary>
    /// <param name="request">The request.</param>
    /// <param name="names">Of <see cref="HandlerNames"/>.</param>
    public static bool Is(HttpRequest request, params ReadOnlySpan<string> names) => Is(request, request.RouteValues, names);

    /// <inheritdoc cref="Is(HttpRequest, ReadOnlySpan{string})" />
    public static bool Is(HttpRequest request, RouteValueDictionary? routeValues, params ReadOnlySpan<string> names)
    {
        var requested = NameIn(request, routeValues);
        foreach (var name in names)
        {
            if (name.Equals(requested, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
