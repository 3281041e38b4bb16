using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Progress;

namespace AsyncViews.Views;

/// <summary>The progress that a page shows, in short: each poll says it, and only differences are sent.</summary>
/// <param name="Status">The process.</param>
/// <param name="Remaining">The estimate that is shown.</param>
/// <param name="CadenceBand">The step of the poll intervals.</param>
/// <param name="IsEmbedded">Whether it is part of another page.</param>
internal readonly record struct ShownProgress(ProcessStatus Status, TimeSpan? Remaining, int CadenceBand, bool IsEmbedded)
{
    /// <summary>Identifies the line for screen readers, which also changes when a queued process starts to run.</summary>
    public string Announcement => Status switch
    {
        { CancelRequested: true } => "s",
        { State: ProcessState.Scheduled } => "w",
        { State: ProcessState.Queued } => "q",
        _ => Milestone.Of(Status.Progress).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>All of it, as the end of a poll's query.</summary>
    public string Query => string.Create(CultureInfo.InvariantCulture,
        $"&{QueryKeys.Version}={Status.Version}&{QueryKeys.Position}={Status.Position}&{QueryKeys.Remaining}={Remaining?.TotalSeconds}&{QueryKeys.Announcement}={Announcement}&{QueryKeys.CadenceBand}={CadenceBand}{(IsEmbedded ? $"&{QueryKeys.Embedded}=1" : "")}");

    /// <summary>Returns whether a poll with this query comes from a page that is up to date.</summary>
    public bool IsShownBy(string query) => query.EndsWith(Query, StringComparison.Ordinal);
}
