using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>Why a POST is refused, in the words of the log.</summary>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Remedy">What the page's developer can do.</param>
internal sealed record RefusalCause(string Reason, string Remedy)
{
    private static readonly RefusalCause NoToken = new(
        "it has no antiforgery token",
        "Write the form as <form method=\"post\"> in a view that has @addTagHelper *, Microsoft.AspNetCore.Mvc.TagHelpers, or call @Html.AntiForgeryToken() in the form. A script sends the token in the header RequestVerificationToken.");

    private static readonly RefusalCause NoCookie = new(
        "it has an antiforgery token, but not the cookie that belongs to it",
        "The browser blocks cookies, the form came from a cache or another site, or the cookie is for https only and the form was sent over http.");

    private static readonly RefusalCause StaleToken = new(
        "its antiforgery token is out of date, or belongs to another browser, user or application",
        "Load the form again. If this follows every restart or release, or happens on some nodes only, keep the keys of Data Protection where all of them find them: AddDataProtection().PersistKeysTo….");

    private static readonly RefusalCause FormLimit = new(
        "its form is malformed, or exceeds a limit of FormOptions",
        "If it exceeds a limit, raise that one with [RequestFormLimits] on the page or in FormOptions.");

    private static readonly RefusalCause CutOff = new(
        "its body could not be read to the end",
        "The connection broke, a proxy cut the body off, or something before the page has read it without EnableBuffering.");

    private static readonly RefusalCause TooLarge = new(
        "its body is too large",
        "Raise the limit with [RequestSizeLimit] on the page, or in KestrelServerOptions.Limits.MaxRequestBodySize (30,000,000 bytes by default). A proxy has a limit of its own.");

    /// <summary>The cause of a refused token. What antiforgery itself says of it may name users.</summary>
    public static RefusalCause OfToken(HttpContext context)
    {
        var request = context.Request;
        var options = context.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value;
        var hasToken = options.HeaderName is { } header && request.Headers.ContainsKey(header)
            || context.Features.Get<IFormFeature>()?.Form?[options.FormFieldName] is [{ Length: > 0 }];
        return !hasToken ? NoToken : options.Cookie.Name is { } cookie && !request.Cookies.ContainsKey(cookie) ? NoCookie : StaleToken;
    }

    /// <summary>The cause of a form that could not be read.</summary>
    public static RefusalCause OfReading(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        InvalidDataException => FormLimit,
        _ => CutOff,
    };
}
