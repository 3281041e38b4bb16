namespace AsyncViews;

/// <summary>The model of the views <c>MyProcesses.cshtml</c> and <c>_MyProcesses.cshtml</c> under <c>/Pages/Shared/AsyncViews/</c>, for those who replace one.</summary>
public sealed record MyProcessesPage
{
    /// <summary>The processes of whoever asks, the newest first.</summary>
    public required IReadOnlyList<MyProcess> Processes { get; init; }

    /// <summary>Whether there are older ones that are not shown.</summary>
    public bool IsCut { get; init; }

    /// <summary>Where <c>MapMyProcesses</c> put the page, whose forms it takes; null where it is not mapped.</summary>
    public string? Address { get; init; }

    /// <summary>Whether it updates by itself while something is live: false with <c>refresh=0</c>.</summary>
    public bool Updates { get; init; } = true;

    /// <summary>Whether this is a part of another page, as a view component.</summary>
    public bool Embedded { get; init; }

    /// <summary>When it asks again.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>Names what is shown, so that only a difference is sent.</summary>
    public string Version { get; init; } = "";

    /// <summary>What went wrong with what was asked for; null where nothing did.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether something is live.</summary>
    public bool IsLive => Processes.Any(process => !process.Status.IsEnded);

    /// <summary>Whether it asks again by itself.</summary>
    public bool Polls => Updates && IsLive && Address is not null;

    /// <summary>Whether a script shows the times as the person's own clock does.</summary>
    internal bool ShowsLocalTimes => Processes.Count > 0;

    /// <summary>What it polls.</summary>
    public string PollAddress => $"{Address}?v={Version}{(Embedded ? $"&{ProcessPage.EmbeddedKey}=1" : "")}";

    /// <summary>Where its forms post.</summary>
    public string FormAddress => Updates ? Address ?? "" : $"{Address}?refresh=0";

    /// <summary>Where it asks once more before it discards one of its processes.</summary>
    public string DiscardAddress(ProcessId id) => $"{FormAddress}{(Updates ? '?' : '&')}discard={id}";
}

/// <summary>A row of 'my processes'.</summary>
/// <param name="Status">The process.</param>
/// <param name="Addresses">Its addresses; null where the application has its page no more.</param>
public sealed record MyProcess(ProcessStatus Status, ProcessAddresses? Addresses)
{
    /// <summary>What it is called.</summary>
    public string Name => Status.Title ?? Status.Id.Reference;

    /// <summary>Whether it can be asked to stop.</summary>
    public bool CanCancel => !Status.IsEnded && !Status.CancelRequested;

    /// <summary>Whether what was sent is kept to be sent again.</summary>
    public bool CanSendAgain => Addresses is not null && Status.State.KeepsSubmission();

    /// <summary>Whether its row offers to discard it: not before it has ended.</summary>
    public bool CanDiscard => Status.IsEnded;
}
