using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Capture;

/// <summary>A captured POST without its body: all that a run needs to see the request as its page's handler would have.</summary>
internal sealed record Submission
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

    /// <summary>The user as <see cref="System.Security.Claims.ClaimsPrincipal.WriteTo(BinaryWriter)"/> writes it.</summary>
    public required byte[] User { get; init; }

    public required string Culture { get; init; }
    public required string UICulture { get; init; }

    /// <summary>The POST's trace, which the run's trace links to.</summary>
    public required string? TraceParent { get; init; }
    public required string? TraceState { get; init; }

    /// <summary>What the application's <see cref="ISubmissionFeature"/>s captured.</summary>
    public required Dictionary<string, string> Features { get; init; }

    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, SubmissionJson.Default.Submission);

    public static Submission Deserialize(ReadOnlyMemory<byte> bytes) =>
        JsonSerializer.Deserialize(bytes.Span, SubmissionJson.Default.Submission)
        ?? throw new InvalidDataException("The captured request is empty.");

    /// <summary>The request as its run sees it.</summary>
    /// <param name="runSecrets">The cookies that are kept until the run ends only.</param>
    public Submission WithCookies(ReadOnlyMemory<byte> runSecrets)
    {
        if (runSecrets.IsEmpty)
            return this;

        string?[] kept = Headers.GetValueOrDefault(HeaderNames.Cookie) ?? [];
        return this with
        {
            Headers = new(Headers, StringComparer.OrdinalIgnoreCase) { [HeaderNames.Cookie] = [string.Join("; ", [.. kept, Encoding.UTF8.GetString(runSecrets.Span)])] },
        };
    }
}

[JsonSerializable(typeof(Submission))]
internal sealed partial class SubmissionJson : JsonSerializerContext;
