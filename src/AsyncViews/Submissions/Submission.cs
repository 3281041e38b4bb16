using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Submissions;

/// <summary>All that a run takes over from its sender but the body: the user, the culture, and a page's request.</summary>
internal sealed record Submission
{
    /// <summary>The user as <see cref="CapturedUser"/> writes it.</summary>
    public required byte[] User { get; init; }

    public required CapturedCulture Culture { get; init; }
    public required CapturedCulture UICulture { get; init; }

    /// <summary>The sender's trace, which the run's trace links to.</summary>
    public required string? TraceParent { get; init; }
    public required string? TraceState { get; init; }

    /// <summary>The identity by which a job is found, to be descheduled; null for a page.</summary>
    public string? Identity { get; init; }

    /// <summary>The priority that it was sent with, which failed attempts do not lower; null for a page.</summary>
    public int? Priority { get; init; }

    /// <summary>The request to the page; null for a job.</summary>
    public CapturedRequest? Request { get; init; }

    /// <summary>Now, as this user and in these cultures.</summary>
    public static Submission Capture(ClaimsPrincipal user, CapturedCulture culture, CapturedCulture uiCulture, CapturedRequest? request = null) => new()
    {
        User = CapturedUser.Write(user),
        Culture = culture,
        UICulture = uiCulture,
        TraceParent = Activity.Current?.Id,
        TraceState = Activity.Current?.TraceStateString,
        Request = request,
    };

    /// <summary>The same once more, as the user of now.</summary>
    public Submission Renew(ClaimsPrincipal user, CapturedRequest? request) =>
        this with { User = CapturedUser.Write(user), TraceParent = Activity.Current?.Id, TraceState = Activity.Current?.TraceStateString, Request = request };

    public ClaimsPrincipal ReadUser() => CapturedUser.Read(User);

    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, SubmissionJson.Default.Submission);

    public static Submission Deserialize(ReadOnlyMemory<byte> bytes) =>
        JsonSerializer.Deserialize(bytes.Span, SubmissionJson.Default.Submission)
        ?? throw new InvalidDataException("The captured submission is empty.");
}

[JsonSerializable(typeof(Submission))]
internal sealed partial class SubmissionJson : JsonSerializerContext;
