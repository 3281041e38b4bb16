namespace AsyncViews;

/// <summary>Where a process stands. The last five are ends: a process has exactly one, and never leaves it.</summary>
public enum ProcessState
{
    /// <summary>Accepted, and not due before a later time: its first start, or the next after one that failed.</summary>
    Scheduled,

    /// <summary>Accepted, and waiting for a free worker.</summary>
    Queued,

    /// <summary>Claimed by a worker.</summary>
    Running,

    /// <summary>Ended with a response, whatever its status code.</summary>
    Succeeded,

    /// <summary>Ended by an exception, or refused before it started.</summary>
    Failed,

    /// <summary>Ended because somebody asked for it.</summary>
    Canceled,

    /// <summary>The server stopped while it ran: nobody can tell how far it came.</summary>
    Interrupted,

    /// <summary>Not started in time.</summary>
    Missed,
}

/// <summary>The legal transitions between states, in one place for every store.</summary>
public static class ProcessStateTransitions
{
    /// <summary>Whether a process in this state has ended.</summary>
    public static bool IsEnded(this ProcessState state) => state >= ProcessState.Succeeded;

    /// <summary>Whether what was sent is kept after this end, so that it can be sent again.</summary>
    public static bool KeepsSubmission(this ProcessState state) => state is ProcessState.Failed or ProcessState.Interrupted;

    /// <summary>Whether a process may go from one state to the other in one step.</summary>
    public static bool CanBecome(this ProcessState from, ProcessState to) => from switch
    {
        ProcessState.Scheduled => to is ProcessState.Queued or ProcessState.Canceled or ProcessState.Missed,
        ProcessState.Queued => to is ProcessState.Running or ProcessState.Canceled or ProcessState.Missed,
        ProcessState.Running => to is ProcessState.Succeeded or ProcessState.Failed or ProcessState.Canceled
            or ProcessState.Interrupted or ProcessState.Queued or ProcessState.Scheduled,
        _ => false,
    };
}
