using System.Globalization;
using System.Text.RegularExpressions;
using AsyncViews.Http;
using AsyncViews.Progress;

namespace AsyncViews.Views;

/// <summary>The progress that a page shows, in short: each poll says it, and only differences are sent.</summary>
/// <param name="Status">The process.</param>
/// <param name="Remaining">The estimate that is shown.</param>
/// <param name="CadenceBand">The step of the poll intervals.</param>
/// <param name="IsEmbedded">Whether it is part of another page.</param>
internal readonly partial record struct ShownProgress(ProcessStatus Status, TimeSpan? Remaining, int CadenceBand, bool IsEmbedded)
{
    /// <summary>Identifies the line for screen readers, which also changes when a queued process starts to run.</summary>
    public string Announcement => Status switch
    {
        { CancelRequested: true } => "s",
        { State: ProcessState.Scheduled } => "w",
        { State: ProcessState.Queued } => "q",
        _ => Milestone.Of(Status.Progress).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>All of it, as the end of a poll's query. The version of a run is that of its attempt.</summary>
    public string Query => string.Create(CultureInfo.InvariantCulture,
        $"&{QueryKeys.Version}={Status.Attempt}.{Status.Version}&{QueryKeys.Position}={Status.Position}&{QueryKeys.Remaining}={Remaining?.TotalSeconds}&{QueryKeys.Announcement}={Announcement}&{QueryKeys.CadenceBand}={CadenceBand}{(IsEmbedded ? $"&{QueryKeys.Embedded}=1" : "")}");

    /// <summary>Returns whether a poll with this query comes from a page that is up to date, or has been told more by another node.</summary>
    public bool IsShownBy(string query) => query.EndsWith(Query, StringComparison.Ordinal) || IsBehind(query);

    /// <summary>Returns whether a page with this query shows a later version of the same run: the node that runs it told it, and the store will know it soon.</summary>
    public bool IsBehind(string query) => Status.State == ProcessState.Running && SeenVersion().Match(query) is { Success: true } seen
        && seen.Groups[1].ValueSpan.SequenceEqual(Status.Attempt.ToString(CultureInfo.InvariantCulture))
        && long.TryParse(seen.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var version) && version > Status.Version;

    [GeneratedRegex($"&{QueryKeys.Version}=([0-9]+)\\.([0-9]+)&", RegexOptions.RightToLeft)]
    private static partial Regex SeenVersion();
}
