using System.Globalization;
using AsyncViews;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace SampleSite;

/// <summary>The language that a person chose for the library's pages, in the framework's own cookie.</summary>
public static class LanguageChoice
{
    /// <summary>The languages by their own names.</summary>
    public static IReadOnlyList<CultureInfo> All { get; } =
        [.. Strings.Languages.Select(CultureInfo.GetCultureInfo).OrderBy(NameOf, StringComparer.InvariantCultureIgnoreCase)];

    public static string NameOf(CultureInfo language) => language.TextInfo.ToTitleCase(language.NativeName);

    /// <summary>The chosen language; null where the browser's is taken.</summary>
    public static string? Of(HttpRequest request) =>
        CookieRequestCultureProvider.ParseCookieValue(request.Cookies[CookieRequestCultureProvider.DefaultCookieName] ?? "")?.UICultures[0].Value;

    /// <summary>Keeps the choice, and goes back to where it was made.</summary>
    public static RedirectHttpResult Remember(HttpContext context, [FromForm] string? language)
    {
        var options = new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps };
        if (language is not null && Strings.Languages.Contains(language))
        {
            options.MaxAge = TimeSpan.FromDays(365);
            var culture = CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language));
            context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, culture, options);
        }
        else
        {
            context.Response.Cookies.Delete(CookieRequestCultureProvider.DefaultCookieName, options);
        }

        var back = context.Request.GetTypedHeaders().Referer is { } page && page.Authority == context.Request.Host.Value ? page.PathAndQuery : "/";
        return TypedResults.LocalRedirect(RedirectHttpResult.IsLocalUrl(back) ? back : "/");
    }
}
