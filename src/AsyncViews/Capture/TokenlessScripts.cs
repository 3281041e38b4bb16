using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>Requests that cannot be forged, so that they need no antiforgery token: what authenticates them comes from a script, not from a browser by itself.</summary>
internal sealed class TokenlessScripts(IAuthenticationSchemeProvider schemes, IOptions<AsyncViewsOptions> options)
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    /// <summary>Returns whether the application allows them and this is one.</summary>
    public async ValueTask<bool> IncludeAsync(HttpContext context) =>
        options.Value.AllowTokenlessScripts
        && context.Request.Headers.Cookie.Count == 0
        && !IsFromAnotherOrigin(context.Request)
        && context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is { Succeeded: true, Ticket: { } ticket }
        && context.User.Identities.Any(identity => identity.IsAuthenticated)
        && !await IsCookieSchemeAsync(ticket.AuthenticationScheme);

    /// <summary>
    /// Returns whether a browser says that it sends this for a page of another origin. It adds credentials that it keeps, other than
    /// cookies, to every request: those of HTTP authentication and certificates.
    /// </summary>
    private static bool IsFromAnotherOrigin(HttpRequest request) =>
        request.Headers[SecFetchSite] is [{ } site] ? site is not ("same-origin" or "none")
        : request.Headers.Origin is [{ } origin] && (!Uri.TryCreate(origin, UriKind.Absolute, out var address) || new HostString(address.Authority) != request.Host);

    /// <summary>A policy with several schemes names them all. Without a cookie, none of them that reads cookies has succeeded.</summary>
    private async Task<bool> IsCookieSchemeAsync(string names)
    {
        foreach (var name in names.Split(';'))
        {
            if (await schemes.GetSchemeAsync(name) is { } scheme && !scheme.HandlerType.IsAssignableTo(typeof(CookieAuthenticationHandler)))
                return false;
        }

        return true;
    }
}
