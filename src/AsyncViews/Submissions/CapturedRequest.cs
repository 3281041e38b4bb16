using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Submissions;

/// <summary>A captured POST without its body: all that a run needs to see the request as its page's handler would have.</summary>
internal sealed record CapturedRequest
{
    public required string Scheme { get; init; }
    public required string Host { get; init; }
    public required string PathBase { get; init; }
    public required string Path { get; init; }
    public required string QueryString { get; init; }
    public required string Protocol { get; init; }
    public required Dictionary<string, string?> RouteValues { get; init; }
    public required Dictionary<string, string?[]> Headers { get; init; }
    public required long ContentLength { get; init; }
    public required string? RemoteIpAddress { get; init; }
    public required int RemotePort { get; init; }
    public string? LocalIpAddress { get; init; }
    public int LocalPort { get; init; }

    /// <summary>Tells whether something had allowed synchronous reads and writes: the server's options, or middleware.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowSynchronousIO { get; init; }

    /// <summary>Tells whether the application's status code pages were on; null where it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? StatusCodePages { get; init; }

    /// <summary>The consent to cookies; null where nobody asks for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CapturedConsent? Consent { get; init; }

    /// <summary>The values that the application's <see cref="ISubmissionFeature"/>s captured.</summary>
    public required Dictionary<string, string> Features { get; init; }

    /// <summary>The names of the bound properties and handler parameters that had a value, and of other values that neither form, query nor route had.</summary>
    public string[] WithValue { get; init; } = [];

    /// <summary>The errors in it; null if there were none.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>The names of what is not captured; null outside Development.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LeftBehind? LeftBehind { get; init; }

    /// <summary>The request as its run sees it.</summary>
    /// <param name="cookies">Those that are kept until the run ends only, as a Cookie header has them.</param>
    public CapturedRequest WithCookies(string cookies)
    {
        if (cookies.Length == 0)
            return this;

        string?[] kept = Headers.GetValueOrDefault(HeaderNames.Cookie) ?? [];
        return this with
        {
            Headers = new(Headers, StringComparer.OrdinalIgnoreCase) { [HeaderNames.Cookie] = [string.Join("; ", [.. kept, cookies])] },
        };
    }
}
