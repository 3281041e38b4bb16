using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Storage;

/// <summary>
/// The origin of a process and its title. They are kept as long as the process, when the submission is long deleted.
/// </summary>
internal sealed record SubmissionOrigin
{
    /// <summary>The key of the entry with the user's name. The application's metadata never has an empty key.</summary>
    public const string UserNameKey = "";

    /// <summary>The beginning of the keys of metadata that are the library's own.</summary>
    public const string OwnPrefix = "asyncviews-";

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

    /// <summary>The name of the signed-in user who sent or scheduled it; null if there was none.</summary>
    public string? UserName { get; init; }

    /// <summary>The metadata that the code that scheduled it gave it.</summary>
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>The entries by which the store finds it: its metadata, and the name of its user under a key that no metadata has.</summary>
    public IReadOnlyDictionary<string, string> SearchEntries() =>
        UserName is null ? Metadata ?? [] : new Dictionary<string, string>(Metadata ?? []) { [UserNameKey] = UserName };

    /// <summary>The entries for a process that is sent again. The library's own are left out, since a recurring start must not be there twice.</summary>
    public IReadOnlyDictionary<string, string> SearchEntriesAgain() =>
        SearchEntries().Where(entry => !entry.Key.StartsWith(OwnPrefix, StringComparison.Ordinal)).ToDictionary();

    /// <summary>The title, cut where it is long, or else a name made of the type.</summary>
    public string NameFor(ProcessType type) => string.IsNullOrWhiteSpace(Title) ? HumanName.Of(type) : Title.Length > LongestTitle ? Title[..LongestTitle] + "…" : Title;

    public string Serialize() => JsonSerializer.Serialize(this, SubmissionOriginJson.Default.SubmissionOrigin);

    /// <summary>Null where none is kept.</summary>
    public static SubmissionOrigin? Parse(string? origin) =>
        origin is null ? null : JsonSerializer.Deserialize(origin, SubmissionOriginJson.Default.SubmissionOrigin);
}

/// <summary>An origin that is parsed when somebody asks for it, and once. Records are compared by its text.</summary>
internal sealed class ParsedOrigin(string text)
{
    public SubmissionOrigin Value => field ??= SubmissionOrigin.Parse(text)!;

    public override bool Equals(object? obj) => obj is ParsedOrigin;

    public override int GetHashCode() => 0;
}

[JsonSerializable(typeof(SubmissionOrigin))]
internal sealed partial class SubmissionOriginJson : JsonSerializerContext;
