using AsyncViews.Resources;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Views;

/// <summary>The model of the views that show a process, for applications that replace one of the files under <c>/Pages/Shared/_AsyncViews/</c>.</summary>
public sealed record ProcessViewModel
{
    /// <summary>The process.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>The addresses of its pages.</summary>
    public required ProcessAddresses Addresses { get; init; }

    /// <summary>The title of the waiting page; null if it is unknown.</summary>
    public string? Title { get; init; }

    /// <summary>Tells whether the waiting page updates itself. False with <c>refresh=0</c>.</summary>
    public bool Updates { get; init; } = true;

    /// <summary>
    /// Tells whether a page was loaded anew, as one without a script does by itself. At the end it cannot follow where a redirect
    /// leads, and what is downloaded there would leave it as it is.
    /// </summary>
    internal bool IsReload { get; init; }

    /// <summary>The time since the process was accepted.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The remaining time, estimated from measured progress or from earlier runs of the page. Null if no estimate can be trusted.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary><see cref="Remaining"/> in words, such as "About 10 seconds left". Null if that is null.</summary>
    /// <param name="texts">The library's texts.</param>
    public string? DescribeRemaining(IStringLocalizer<Strings> texts) => Describe(Remaining, texts);

    internal static string? Describe(TimeSpan? time, IStringLocalizer<Strings> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (time is not { } remaining)
            return null;

        var (text, number) = remaining switch
        {
            { TotalSeconds: < 60 } => (texts["Remaining.Seconds"], remaining.TotalSeconds),
            { TotalMinutes: < 90 } => (texts["Remaining.Minutes"], remaining.TotalMinutes),
            _ => (texts["Remaining.Hours"], remaining.TotalHours),
        };
        return PluralForms.Choose(text, texts["Language.Name"], (int)Math.Ceiling(number));
    }

    /// <summary>The time until which the address shows the result; for a live process, the earliest possible one.</summary>
    public DateTimeOffset KeptUntil { get; init; }

    /// <summary>The time until the waiting page polls again.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>The last quarter that was passed: 0, 25, 50 or 75. The line for screen readers changes with it.</summary>
    public int Milestone { get; init; }

    /// <summary>The name of the file that is ready; null if the browser shows the result itself.</summary>
    public string? FileName { get; init; }

    /// <summary>The size of the file that is ready, in bytes.</summary>
    public long FileLength { get; init; }

    /// <summary>The address for another program to which the result leads, such as <c>mailto:</c>; otherwise null.</summary>
    public string? ProgramLink { get; init; }

    /// <summary>The result of a job, as indented JSON. Null for pages, for a job without a result, and for a result of more than 64 KiB.</summary>
    public string? JobResult { get; init; }

    /// <summary>Tells whether a repeated submission is kept and can be sent again, after the first one has succeeded.</summary>
    public bool CanSendAgain { get; init; }

    /// <summary>The address to which the waiting page goes at the end: the result, or the page that offers it. Null while the process is live, and in a part of another page.</summary>
    public string? EndAddress { get; init; }

    /// <summary>Tells whether the state and the line for screen readers are sent along with the progress.</summary>
    public bool Announces { get; init; }

    /// <summary>Tells whether this is part of another page, with <c>async-progress</c>. That page is neither left nor reloaded at the end.</summary>
    public bool Embedded { get; init; }

    /// <summary>The suffix of element ids, which keeps them unique if there are several on one page. Empty on the waiting page.</summary>
    public string IdSuffix => Embedded ? $"-{Status.Id}" : "";

    /// <summary>The address that the waiting page polls. It describes what the page shows, so that only changes are sent.</summary>
    public string PollAddress => Addresses.Completed + Shown.Query;

    /// <summary>The content shown, in short.</summary>
    internal ShownProgress Shown => new(Status, Remaining, CadenceBand, Embedded);

    /// <summary>The current step of the poll intervals.</summary>
    internal int CadenceBand { get; init; }
}
