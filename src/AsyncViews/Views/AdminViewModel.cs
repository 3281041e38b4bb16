using AsyncViews.Storage;

namespace AsyncViews.Views;

/// <summary>The model of the operator's views under <c>/Pages/Shared/_AsyncViews/Admin/</c>, for applications that replace one.</summary>
public abstract record AdminViewModel
{
    /// <summary>The beginning of every page's address: the overview's own address, or empty if the overview is at the root.</summary>
    public string Address { get; init; } = "";

    /// <summary>The address of the overview.</summary>
    public string Overview => Address.Length > 0 ? Address : "/";

    /// <summary>Tells whether the person meets <see cref="AsyncViewsPolicies.Manage"/>.</summary>
    public bool MayManage { get; init; }

    /// <summary>The outcome of the action that led here, as the address names it; null or another text if there was none.</summary>
    public string? Outcome { get; init; }

    /// <summary>Tells whether the page updates itself if something on it may change. False with <c>refresh=0</c>.</summary>
    public bool Updates { get; init; } = true;

    /// <summary>The time until the page asks again; null if it does not.</summary>
    public TimeSpan? PollInterval { get; init; }

    /// <summary>Identifies the content shown, so that only changes are sent.</summary>
    public string Version { get; init; } = "";
}

/// <summary>The model of the operator's overview.</summary>
public sealed record AdminOverviewViewModel : AdminViewModel
{
    /// <summary>The number of processes in each state that are not gone.</summary>
    public required IReadOnlyDictionary<ProcessState, int> Counts { get; init; }

    /// <summary>Everything that needs attention, the gravest first: what the health check finds.</summary>
    public IReadOnlyList<AdminTrouble> Troubles { get; init; } = [];

    /// <summary>The seconds that the longest waiting process has been in the queue; null if none waits.</summary>
    public int? OldestWaitingSeconds { get; init; }

    /// <summary>The time of the last failed attempt; null if none failed.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>The quotas that something waits or runs under.</summary>
    public IReadOnlyList<AdminQuota> Quotas { get; init; } = [];

    /// <summary>The recurring work of this application.</summary>
    public IReadOnlyList<AdminRecurring> Recurring { get; init; } = [];

    /// <summary>The last 24 hours, the oldest first, the current one last.</summary>
    public IReadOnlyList<AdminHour> Hours { get; init; } = [];
}

/// <summary>The filter of the operator's list. A null fits everything.</summary>
public sealed record AdminFilter
{
    /// <summary>The state.</summary>
    public ProcessState? State { get; init; }

    /// <summary>The type as somebody typed it: as everywhere, or the path of a page or the name of a job alone.</summary>
    public string? Type { get; init; }

    /// <summary>The name of the signed-in user who sent or scheduled it.</summary>
    public string? User { get; init; }

    /// <summary>The key of an entry of metadata.</summary>
    public string? MetadataKey { get; init; }

    /// <summary>The value of that entry.</summary>
    public string MetadataValue { get; init; } = "";

    /// <summary>The earliest time of acceptance.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time before which it was accepted.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The model of the operator's list.</summary>
public sealed record AdminListViewModel : AdminViewModel
{
    /// <summary>The processes of this part of the list, newest first.</summary>
    public required IReadOnlyList<ProcessStatus> Processes { get; init; }

    /// <summary>The filter.</summary>
    public required AdminFilter Filter { get; init; }

    /// <summary>The types of processes that this application has.</summary>
    public IReadOnlyList<string> KnownTypes { get; init; } = [];

    /// <summary>The address of the beginning of the list; null if this is it.</summary>
    public string? Newest { get; init; }

    /// <summary>The address of the next part of the list; null if this is the last.</summary>
    public string? Older { get; init; }

    /// <summary>The query of the address for actions on all that fit the filter: empty, or with its question mark.</summary>
    public string BulkQuery { get; init; } = "";
}

/// <summary>The model of the operator's page of one process.</summary>
public sealed record AdminProcessViewModel : AdminViewModel
{
    /// <summary>The process.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>The failed attempts before the current one, oldest first.</summary>
    public required IReadOnlyList<ProcessFailure> Failures { get; init; }

    /// <summary>The node that runs it; null if it does not run, or if the node is unknown.</summary>
    public NodeStatus? Node { get; init; }

    /// <summary>Its starts and its failed attempts, in the order of their times.</summary>
    public IEnumerable<AdminTimelineEntry> Timeline
    {
        get
        {
            var starts = Status.Starts.Select(start => new AdminTimelineEntry(start.At, start.Attempt, start.Node));
            if (Status.Starts.Count == 0 && Status.StartedAt is { } started)
                starts = [new AdminTimelineEntry(started, Status.Attempt)];
            return starts.Concat(Failures.Select(failure => new AdminTimelineEntry(failure.At, failure.Attempt, HasFailed: true))).OrderBy(entry => entry.At);
        }
    }

    /// <summary>The address of this page.</summary>
    public string Self => $"{Address}/processes/{Status.Id}";

    /// <summary>Tells whether it can be canceled.</summary>
    public bool CanCancel => !Status.IsEnded && !Status.CancelRequested;

    /// <summary>Tells whether it waits for a time, and can start now.</summary>
    public bool CanRunNow => Status is { State: ProcessState.Scheduled, WaitsFor: 0 };

    /// <summary>Tells whether its submission is kept and can be sent again.</summary>
    public bool CanSendAgain => !Status.IsGone && Status.State.KeepsSubmission();
}

/// <summary>Something that happened to a process between its acceptance and its end.</summary>
/// <param name="At">The time.</param>
/// <param name="Attempt">The number of the start or of the failed attempt.</param>
/// <param name="Node">The node that started it; null if it is unknown.</param>
/// <param name="HasFailed">Whether it is the failure of an attempt, and not a start.</param>
public sealed record AdminTimelineEntry(DateTimeOffset At, int Attempt, string? Node = null, bool HasFailed = false);

/// <summary>The model of the operator's page of the nodes.</summary>
public sealed record AdminNodesViewModel : AdminViewModel
{
    /// <summary>The nodes that share the store, this one first.</summary>
    public required IReadOnlyList<NodeStatus> Nodes { get; init; }
}

/// <summary>An action of an operator on a process.</summary>
public enum AdminAction
{
    /// <summary>Cancels it, or asks its run to stop.</summary>
    Cancel,

    /// <summary>Starts it now if it waits for a time.</summary>
    RunNow,

    /// <summary>Sends its submission again, as the user who sent it.</summary>
    SendAgain,

    /// <summary>Deletes it with everything that is stored with it.</summary>
    Remove,
}

/// <summary>The model of the question before something is done that cannot be undone.</summary>
public sealed record AdminConfirmViewModel : AdminViewModel
{
    /// <summary>The action; null if a node is to be drained.</summary>
    public AdminAction? Action { get; init; }

    /// <summary>The name of the process or the node; null if it is about several processes.</summary>
    public string? Name { get; init; }

    /// <summary>The number of processes that it is about, if there may be several.</summary>
    public int Count { get; init; }

    /// <summary>Tells whether more fit the filter than are taken at once: the oldest are left out.</summary>
    public bool IsCut { get; init; }

    /// <summary>The address that the answer is posted to.</summary>
    public required string Form { get; init; }

    /// <summary>The address to go back to.</summary>
    public required string Back { get; init; }
}

/// <summary>The model of the operator's views that only say something.</summary>
public sealed record AdminMessageViewModel : AdminViewModel;
