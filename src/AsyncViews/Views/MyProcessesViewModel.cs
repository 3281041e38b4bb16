using AsyncViews.Http;
using AsyncViews.Storage;

namespace AsyncViews.Views;

/// <summary>The model of the views <c>MyProcesses.cshtml</c> and <c>_MyProcesses.cshtml</c> under <c>/Pages/Shared/_AsyncViews/</c>, for applications that replace one.</summary>
public sealed record MyProcessesViewModel
{
    /// <summary>The processes of the person who requests the page, newest first.</summary>
    public required IReadOnlyList<MyProcess> Processes { get; init; }

    /// <summary>Tells whether there are older processes that are not shown.</summary>
    public bool IsCut { get; init; }

    /// <summary>The address that <c>MapMyProcesses</c> gave the page, which also receives its forms. Null if it is not mapped.</summary>
    public string? Address { get; init; }

    /// <summary>Tells whether the page updates itself while a process is live. False with <c>refresh=0</c>.</summary>
    public bool Updates { get; init; } = true;

    /// <summary>Tells whether this is part of another page, as a view component.</summary>
    public bool Embedded { get; init; }

    /// <summary>The time until the next poll.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>Identifies the content shown, so that only changes are sent.</summary>
    public string Version { get; init; } = "";

    /// <summary>The problem with the last action; null if there was none.</summary>
    public string? Problem { get; init; }

    /// <summary>Tells whether any process is live.</summary>
    public bool IsLive => Processes.Any(process => !process.Status.IsEnded);

    /// <summary>Tells whether the page polls.</summary>
    public bool Polls => Updates && IsLive && Address is not null;

    /// <summary>Tells whether a script shows the times in the person's own time zone.</summary>
    internal bool ShowsLocalTimes => Processes.Count > 0;

    /// <summary>The address that the page polls.</summary>
    public string PollAddress => $"{Address}?{QueryKeys.Version}={Version}{(Embedded ? $"&{QueryKeys.Embedded}=1" : "")}";

    /// <summary>The address to which its forms post.</summary>
    public string FormAddress => Updates ? Address ?? "" : $"{Address}?{QueryKeys.Refresh}=0";

    /// <summary>The address of the page that asks for confirmation before a process is discarded.</summary>
    public string DiscardAddress(ProcessId id) => $"{FormAddress}{(Updates ? '?' : '&')}{QueryKeys.Discard}={id}";
}

/// <summary>A row of 'my processes'.</summary>
/// <param name="Status">The process.</param>
/// <param name="Addresses">Its addresses; null if the application no longer has its page.</param>
public sealed record MyProcess(ProcessStatus Status, ProcessAddresses? Addresses)
{
    /// <summary>The name shown for it.</summary>
    public string Name => Status.Title ?? Status.Id.Reference;

    /// <summary>Tells whether it can be canceled.</summary>
    public bool CanCancel => !Status.IsEnded && !Status.CancelRequested;

    /// <summary>Tells whether its submission is kept and can be sent again, unless that would fail in the same way.</summary>
    public bool CanSendAgain => Addresses is not null && Status.State.KeepsSubmission() && Status.Reason?.WouldFailAgain != true;

    /// <summary>Tells whether its row offers to discard it, which requires that it has ended.</summary>
    public bool CanDiscard => Status.IsEnded;
}
