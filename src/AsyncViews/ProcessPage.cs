using System.Globalization;
using AsyncViews.Resources;
using Microsoft.Extensions.Localization;

namespace AsyncViews;

/// <summary>The model of the views under <c>/Pages/Shared/AsyncViews/</c>, for those who replace one.</summary>
public sealed record ProcessPage
{
    /// <summary>The query that says that a poll is not the waiting page's.</summary>
    internal const string EmbeddedKey = "av_embedded";

    /// <summary>The query that asks what to do with a form that was sent again just after it had succeeded.</summary>
    internal const string SentBeforeKey = "av_sent_before";

    /// <summary>The process; null where there is none to show (unknown, or refused).</summary>
    public ProcessStatus? Status { get; init; }

    /// <summary>Where its pages are; null where there is no process.</summary>
    public ProcessAddresses? Addresses { get; init; }

    /// <summary>The page to go back to; empty where there is none.</summary>
    public required string Form { get; init; }

    /// <summary>What the waiting page is called; null where nothing is known.</summary>
    public string? Title { get; init; }

    /// <summary>Whether the waiting page updates by itself: false with <c>refresh=0</c>.</summary>
    public bool Updates { get; init; } = true;

    /// <summary>How long the process has been waited for.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How long it will take yet, from measured progress or from earlier runs of the page; null where that cannot be trusted.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary><see cref="Remaining"/> in words, such as "About 10 seconds left"; null where it is.</summary>
    /// <param name="texts">The library's texts.</param>
    public string? DescribeRemaining(IStringLocalizer<Strings> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (Remaining is not { } remaining)
            return null;

        var (text, number) = remaining switch
        {
            { TotalSeconds: < 60 } => (texts["Remaining.Seconds"], remaining.TotalSeconds),
            { TotalMinutes: < 90 } => (texts["Remaining.Minutes"], remaining.TotalMinutes),
            _ => (texts["Remaining.Hours"], remaining.TotalHours),
        };
        return PluralForms.Choose(text, texts["Language.Name"], (int)Math.Ceiling(number));
    }

    /// <summary>Until when the address shows the result; of a live process the earliest possible time.</summary>
    public DateTimeOffset KeptUntil { get; init; }

    /// <summary>When the waiting page asks again.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>The last quarter passed: 0, 25, 50 or 75. The screen reader's line changes with it.</summary>
    public int Milestone { get; init; }

    /// <summary>Which step of the poll intervals this is.</summary>
    public int CadenceBand { get; init; }

    /// <summary>The name of the file that is ready; null where the browser shows the result itself.</summary>
    public string? FileName { get; init; }

    /// <summary>The size of the file that is ready, in bytes.</summary>
    public long FileLength { get; init; }

    /// <summary>The address that another program opens, such as <c>mailto:</c>, where the result leads to one; else null.</summary>
    public string? ProgramLink { get; init; }

    /// <summary>What a job has made, as indented JSON; null for pages, for a job without a result, and for one of more than 64 KiB.</summary>
    public string? JobResult { get; init; }

    /// <summary>Whether what was sent once more is kept to be sent again: where it was sent before, and that has succeeded.</summary>
    public bool CanSendAgain { get; init; }

    /// <summary>Why a submission was refused.</summary>
    public string? Refusal { get; init; }

    /// <summary>Where the waiting page is led at the end: the result, or the page that offers it. Null while the process is live.</summary>
    public string? EndAddress { get; init; }

    /// <summary>Whether the state and the screen reader's line are sent along with the progress.</summary>
    public bool Announces { get; init; }

    /// <summary>Whether this is a part of another page, with <c>async-progress</c>: that page is neither left nor reloaded at the end.</summary>
    public bool Embedded { get; init; }

    /// <summary>Behind the ids of the elements, which several on one page must not share: empty on the waiting page.</summary>
    public string IdSuffix => Embedded ? $"-{Status?.Id}" : "";

    /// <summary>Names the screen reader's line: a queued process is running before a quarter of it is done.</summary>
    internal string Announcement => Status switch
    {
        { CancelRequested: true } => "s",
        { State: ProcessState.Scheduled } => "w",
        { State: ProcessState.Queued } => "q",
        _ => Milestone.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What the waiting page polls. It says what the page shows, so that only a difference is sent.</summary>
    public string PollAddress => Addresses?.Completed + PollState;

    /// <summary>What is shown, as the end of a poll's query says it.</summary>
    internal string PollState => string.Create(CultureInfo.InvariantCulture,
        $"&v={Status?.Version}&p={Status?.Position}&e={Remaining?.TotalSeconds}&m={Announcement}&i={CadenceBand}{(Embedded ? $"&{EmbeddedKey}=1" : "")}");

    /// <summary>Whether a poll with this query comes from a page that shows it all.</summary>
    internal bool IsShown(string query) => query.EndsWith(PollState, StringComparison.Ordinal);
}
