using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using SameSite = Microsoft.AspNetCore.Http.SameSiteMode;

namespace AsyncViews.Results;

/// <summary>Sets the cookies of a recorded response as the run would have: through the application's cookie policy, if there is one.</summary>
internal static class RecordedCookies
{
    public static void Set(HttpContext context, StringValues recorded)
    {
        var isWrapped = context.Features.Get<IResponseCookiesFeature>() is not (null or ResponseCookiesFeature);
        foreach (var cookie in recorded)
        {
            // Appended: the owner's cookie of this very response must not be lost.
            if (!isWrapped || !TrySet(context.Response.Cookies, cookie))
                context.Response.Headers.Append(HeaderNames.SetCookie, cookie);
        }
    }

    /// <summary>False for a header that the run has written itself, past its own cookies.</summary>
    private static bool TrySet(IResponseCookies cookies, string? recorded)
    {
        if (!SetCookieHeaderValue.TryParse(recorded, out var cookie) || Uri.UnescapeDataString(cookie.Value.ToString()) is var value && Uri.EscapeDataString(value) != cookie.Value)
            return false;

        var options = new CookieOptions
        {
            Domain = cookie.Domain.Value,
            Path = cookie.Path.Value,
            Expires = cookie.Expires,
            MaxAge = cookie.MaxAge,
            Secure = cookie.Secure,
            HttpOnly = cookie.HttpOnly,
            SameSite = (SameSite)(int)cookie.SameSite,
            // The run has asked for consent already.
            IsEssential = true,
        };
        foreach (var extension in cookie.Extensions)
            options.Extensions.Add(extension.ToString());
        cookies.Append(cookie.Name.ToString(), value, options);
        return true;
    }
}
