using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Http;

/// <summary>The fate of a browser's page that is sent to a recorded response.</summary>
internal enum Landing
{
    /// <summary>The response takes the page's place: a document, or another address.</summary>
    Page,

    /// <summary>It is downloaded, and the page stays.</summary>
    File,

    /// <summary>It opens another program, and the page stays.</summary>
    Program,

    /// <summary>There is nothing to show, and the page stays.</summary>
    Nothing,
}

/// <summary>Tells how browsers treat a response.</summary>
internal static class Landings
{
    /// <summary>
    /// The media types that Chromium, Firefox and Safari all show in a page's place. A browser that shows more opens it from the page that offers
    /// it, which does no harm.
    /// </summary>
    private static readonly string[] Shown =
    [
        "text/html", "text/plain", "text/css", "text/javascript", "text/xml", "application/xml", "application/xhtml+xml", "application/json",
        "application/javascript", "application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/svg+xml",
        "image/x-icon", "image/vnd.microsoft.icon", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "video/mp4", "video/ogg", "video/webm",
    ];

    /// <summary>Where a browser is led at the end: to the result, or to the page that stands in for it.</summary>
    /// <param name="addresses">The addresses of the process.</param>
    /// <param name="result">What it produced; null where it has ended otherwise.</param>
    public static string AddressFor(ProcessAddresses addresses, ProcessResult? result) =>
        result is null || Of(result) == Landing.Page ? addresses.Result : addresses.Processing;

    public static Landing Of(ProcessResult result) => result switch
    {
        { StatusCode: StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent } => Landing.Nothing,
        { StatusCode: >= 300 and < 400 } => LandingOf(result.Location),
        { StatusCode: >= 400 } => Landing.Page,
        { IsAttachment: true } => Landing.File,
        { Body.Length: 0 } => Landing.Nothing,
        _ => IsShown(result) ? Landing.Page : Landing.File,
    };

    private static Landing LandingOf(string? location)
    {
        // On Unix a path is an absolute address too, of a file.
        if (location is null or ['/', ..] || !Uri.TryCreate(location, UriKind.Absolute, out var address) || address.Scheme is "http" or "https")
            return Landing.Page;

        // What browsers refuse to be led to.
        return address.Scheme is "javascript" or "data" or "file" or "blob" or "vbscript" or "about" ? Landing.Nothing : Landing.Program;
    }

    /// <summary>Tells whether a browser shows the result. A result without a type is shown as on a page of the application: the browser takes it for text.</summary>
    private static bool IsShown(ProcessResult result) =>
        !MediaTypeHeaderValue.TryParse(result.ContentType, out var type)
        || Shown.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
        || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
}
