using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Storage;

/// <summary>
/// The origin of a process and its title. They are kept as long as the process, when the submission is long deleted.
/// </summary>
internal sealed record SubmissionOrigin
{
    private const int LongestTitle = 200;

    public string PathBase { get; init; } = "";

    /// <summary>The page's path; null for a job.</summary>
    public string? Path { get; init; }

    /// <summary>The page's own query, without what AsyncViews adds to it.</summary>
    public string QueryString { get; init; } = "";

    /// <summary>The route values, if the page's route has a <c>{handler}</c>: its addresses are made of them.</summary>
    public Dictionary<string, string?>? RouteValues { get; init; }

    /// <summary>The page's title, or the job's; null where it was given none, or none was known before the page was rendered.</summary>
    public string? Title { get; init; }

    /// <summary>The metadata that the code that scheduled it gave it.</summary>
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>The title, cut where it is long, or else a name made of the type.</summary>
    public string NameFor(ProcessType type) => string.IsNullOrWhiteSpace(Title) ? HumanName.Of(type) : Title.Length > LongestTitle ? Title[..LongestTitle] + "…" : Title;

    public string Serialize() => JsonSerializer.Serialize(this, SubmissionOriginJson.Default.SubmissionOrigin);

    /// <summary>Null where none is kept.</summary>
    public static SubmissionOrigin? Of(ProcessRecord record) =>
        record.Origin is null ? null : JsonSerializer.Deserialize(record.Origin, SubmissionOriginJson.Default.SubmissionOrigin);
}

[JsonSerializable(typeof(SubmissionOrigin))]
internal sealed partial class SubmissionOriginJson : JsonSerializerContext;
