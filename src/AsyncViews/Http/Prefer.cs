using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Http;

/// <summary>The preferences of a client (RFC 7240).</summary>
internal static class Prefer
{
    public const string Header = "Prefer";
    public const string RespondAsync = "respond-async";
    private const string Applied = "Preference-Applied";
    private const string Wait = "wait=";

    public static bool Has(HttpRequest request, string preference) =>
        request.Headers.ContainsKey(Header) && request.Headers.GetCommaSeparatedValues(Header).Contains(preference, StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the client would wait for an answer; null where it does not say. Of several the first counts.</summary>
    public static TimeSpan? WaitOf(HttpRequest request) => request.Headers.ContainsKey(Header) && request.Headers.GetCommaSeparatedValues(Header)
        .FirstOrDefault(preference => preference.StartsWith(Wait, StringComparison.OrdinalIgnoreCase)) is { } wait
        && int.TryParse(wait.AsSpan(Wait.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Says to the client that it got what it preferred.</summary>
    public static void Apply(HttpResponse response, string preference) =>
        response.Headers[Applied] = response.Headers.TryGetValue(Applied, out var others) ? $"{others}, {preference}" : preference;

    /// <inheritdoc cref="Apply" />
    public static void ApplyWait(HttpResponse response, TimeSpan wait) =>
        Apply(response, string.Create(CultureInfo.InvariantCulture, $"{Wait}{(int)wait.TotalSeconds}"));
}
