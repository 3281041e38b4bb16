using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;

namespace AsyncViews.Tests.Support;

/// <summary>Reads responses, and shows their bodies where the status is not the one expected.</summary>
internal static class Responses
{
    public static async Task<string> TextAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        return text;
    }

    public static async Task<IHtmlDocument> DocumentAsync(this HttpResponseMessage response, HttpStatusCode expected) =>
        Browser.Parse(await response.TextAsync(expected));

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        using var document = JsonDocument.Parse(await response.TextAsync(expected));
        return document.RootElement.Clone();
    }

    /// <summary>A header of the response or of its content, all values in one line; null where it has none.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>Where the answer to a poll leads the waiting page; null where it stays.</summary>
    public static async Task<string?> EndAddressAsync(this HttpResponseMessage response)
    {
        var refresh = Browser.Parse(await response.Content.ReadAsStringAsync()).QuerySelector("meta[http-equiv=refresh]");
        return refresh?.GetAttribute("content")!.Replace("0;url=", "", StringComparison.Ordinal);
    }

    /// <summary>It is for its owner alone, now.</summary>
    public static void ShouldBePrivate(this HttpResponseMessage response)
    {
        response.Header("Cache-Control").ShouldBe("no-store");
        response.Header("Referrer-Policy").ShouldBe("same-origin");
        response.Header("X-Robots-Tag").ShouldBe("noindex");
        response.Header("X-Content-Type-Options").ShouldBe("nosniff");
        response.Header("Vary").ShouldBe("Accept, HX-Request, Prefer");
    }
}
