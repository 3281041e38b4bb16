using System.Globalization;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Capture;

/// <summary>Turns a POST into a <see cref="Submission"/>, by allow-lists.</summary>
internal sealed class RequestCapture(
    IOptions<AsyncViewsOptions> options,
    IOptions<AntiforgeryOptions> antiforgery,
    IOptions<CookieTempDataProviderOptions> tempData,
    Cultures cultures)
{
    private static readonly string[] StandardHeaders =
    [
        HeaderNames.Accept, HeaderNames.AcceptLanguage, HeaderNames.UserAgent, HeaderNames.Referer, HeaderNames.Origin, HeaderNames.XRequestedWith,
    ];

    /// <exception cref="InvalidOperationException">The run could not have the same culture.</exception>
    public Submission Capture(PageContext page, HandlerMethodDescriptor handler, Verdict verdict, string? contentType, long contentLength)
    {
        var context = page.HttpContext;
        var request = context.Request;
        // It is for the run, and a filter that has read it here would take it from the person.
        context.RequestServices.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(context).Keep();
        var headers = CaptureHeaders(BoundHeaders.Of(page.ActionDescriptor, handler, context.RequestServices.GetRequiredService<IModelMetadataProvider>()), request, contentType);
        var bound = context.Features.GetRequiredFeature<Bound>();
        return Submission.Capture(context.User, cultures.Capture(bound.Culture), cultures.Capture(bound.UICulture), new CapturedRequest
        {
            Scheme = request.Scheme,
            Host = request.Host.Value ?? "",
            PathBase = request.PathBase.Value ?? "",
            Path = request.Path.Value ?? "",
            QueryString = request.QueryString.Value ?? "",
            Protocol = request.Protocol,
            RouteValues = page.RouteData.Values.ToDictionary(value => value.Key, value => Convert.ToString(value.Value, CultureInfo.InvariantCulture)),
            Headers = headers,
            ContentLength = contentLength,
            RemoteIpAddress = context.Connection.RemoteIpAddress?.ToString(),
            RemotePort = context.Connection.RemotePort,
            LocalIpAddress = context.Connection.LocalIpAddress?.ToString(),
            LocalPort = context.Connection.LocalPort,
            AllowSynchronousIO = context.Features.Get<IHttpBodyControlFeature>()?.AllowSynchronousIO == true,
            StatusCodePages = context.Features.Get<IStatusCodePagesFeature>()?.Enabled,
            Consent = CapturedConsent.Of(context),
            Features = CaptureFeatures(context),
            WithValue = bound.WithValue,
            Verdict = verdict.IsValid ? null : verdict,
            LeftBehind = LeftBehind.Of(context, headers, CookiesOf(request, name => IsKept(name) || IsAntiforgery(name))),
        });
    }

    /// <summary>A kept submission as it is sent again: by the user of now, whose browser may have a new antiforgery cookie.</summary>
    public Submission Renew(Submission kept, HttpContext context)
    {
        if (kept.Request is not { } request)
            return kept.Renew(context.User, null);

        var headers = new Dictionary<string, string?[]>(request.Headers, StringComparer.OrdinalIgnoreCase);
        headers.Remove(HeaderNames.Cookie);
        if (CaptureCookies(context.Request) is { Length: > 0 } cookies)
            headers[HeaderNames.Cookie] = [cookies];
        return kept.Renew(context.User, request with { Headers = headers });
    }

    private Dictionary<string, string?[]> CaptureHeaders(string[] bound, HttpRequest request, string? contentType)
    {
        var headers = new Dictionary<string, string?[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in StandardHeaders.Concat(bound).Concat(options.Value.CapturedHeaders))
        {
            if (request.Headers.TryGetValue(name, out var values) && !BoundHeaders.IsSecret(name))
                headers[name] = values.ToArray();
        }

        if (contentType is not null)
            headers[HeaderNames.ContentType] = [contentType];
        if (CaptureCookies(request) is { Length: > 0 } cookies)
            headers[HeaderNames.Cookie] = [cookies];
        return headers;
    }

    public async Task<RunSecrets> CaptureRunSecretsAsync(HttpContext context) =>
        new(CookiesOf(context.Request, IsAntiforgery), await CapturedSession.OfAsync(context), context.Features.Get<ISessionFeature>() is not null);

    private string CaptureCookies(HttpRequest request) => CookiesOf(request, IsKept);

    private bool IsKept(ReadOnlySpan<char> cookie)
    {
        foreach (var name in options.Value.CapturedCookies)
        {
            if (IsNamed(cookie, name))
                return true;
        }

        return IsNamed(cookie, CookieRequestCultureProvider.DefaultCookieName) || IsTempData(cookie);
    }

    private bool IsAntiforgery(ReadOnlySpan<char> cookie) => IsNamed(cookie, antiforgery.Value.Cookie.Name);

    /// <summary>Tells whether a page finds the cookie under this name. The framework ignores case in the cookies of a request.</summary>
    private static bool IsNamed(ReadOnlySpan<char> cookie, string? name) => cookie.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Raw pairs of the Cookie header, so that no value is decoded and encoded on its way.</summary>
    private static string CookiesOf(HttpRequest request, Func<ReadOnlySpan<char>, bool> isWanted)
    {
        List<string> wanted = [];
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var part in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan(part).Trim();
                var nameLength = pair.IndexOf('=');
                if (isWanted(nameLength < 0 ? pair : pair[..nameLength]))
                    wanted.Add(pair.ToString());
            }
        }

        return string.Join("; ", wanted);
    }

    /// <summary>A large TempData cookie is split in chunks, named with C1, C2 … behind its own name.</summary>
    private bool IsTempData(ReadOnlySpan<char> cookie) =>
        tempData.Value.Cookie.Name is { } name && cookie.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && (cookie.Length == name.Length || cookie[name.Length] is 'C' or 'c');

    private static Dictionary<string, string> CaptureFeatures(HttpContext context)
    {
        var values = new Dictionary<string, string>();
        foreach (var feature in context.RequestServices.GetServices<ISubmissionFeature>())
            feature.Capture(context, values);
        return values;
    }
}
