namespace AsyncViews.Storage;

/// <summary>A change of a process.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Id">The process; null if it is not known which, or if there were many.</param>
public readonly record struct ProcessChange(ProcessChangeKind Kind, ProcessId? Id = null)
{
    /// <summary>A process waits for its start, or for its next attempt.</summary>
    /// <param name="id">The process.</param>
    /// <param name="due">The earliest time at which it may start; null if it may start at once.</param>
    /// <param name="startBefore">The time at which it becomes Missed unless it has started; null if it may wait forever.</param>
    public static ProcessChange Waiting(ProcessId id, DateTimeOffset? due, DateTimeOffset? startBefore) =>
        new(due is null && startBefore is null ? ProcessChangeKind.Waiting : ProcessChangeKind.Scheduled, id);
}

/// <summary>The kind of a change.</summary>
public enum ProcessChangeKind
{
    /// <summary>Anything may have changed, because changes may have been missed.</summary>
    Unknown,

    /// <summary>A process waits for its start, or for its next attempt, and for no time.</summary>
    Waiting,

    /// <summary>It has reported progress.</summary>
    Reported,

    /// <summary>It has come to another state, or has reported something that a person should see at once.</summary>
    Turned,

    /// <summary>Somebody has asked it to stop.</summary>
    CancelRequested,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>Somebody has asked nodes to take no more processes. Each learns with its next heartbeat whether it is one of them.</summary>
    DrainRequested,

    /// <summary>A process waits for its start, or for its next attempt, and has a time before which it may not start, or has to.</summary>
    Scheduled,

    /// <summary>A message was sent to it.</summary>
    MessageSent,
}
