using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Answers;

/// <summary>What a client would prefer (RFC 7240).</summary>
internal static class Prefer
{
    public const string RespondAsync = "respond-async";
    public const string Applied = "Preference-Applied";

    private const string Header = "Prefer";
    private const string Wait = "wait=";

    public static bool Has(HttpRequest request, string preference) =>
        request.Headers.GetCommaSeparatedValues(Header).Contains(preference, StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the client would wait for an answer; null where it does not say. Of several the first counts.</summary>
    public static TimeSpan? WaitOf(HttpRequest request) => request.Headers.GetCommaSeparatedValues(Header)
        .FirstOrDefault(preference => preference.StartsWith(Wait, StringComparison.OrdinalIgnoreCase)) is { } wait
        && int.TryParse(wait.AsSpan(Wait.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    public static void ApplyWait(HttpResponse response, TimeSpan wait) =>
        response.Headers[Applied] = string.Create(CultureInfo.InvariantCulture, $"{Wait}{(int)wait.TotalSeconds}");
}
