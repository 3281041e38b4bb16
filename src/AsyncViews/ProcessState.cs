namespace AsyncViews;

/// <summary>The state of a process. The last five are final: a process reaches exactly one of them and never leaves it.</summary>
public enum ProcessState
{
    /// <summary>Accepted, and waiting for a later time: that of its first start, or of its next attempt after a failure.</summary>
    Scheduled,

    /// <summary>Accepted, and waiting for a free worker.</summary>
    Queued,

    /// <summary>Claimed by a worker.</summary>
    Running,

    /// <summary>Ended with a response, whatever its status code.</summary>
    Succeeded,

    /// <summary>Ended by an exception, or refused before it started.</summary>
    Failed,

    /// <summary>Ended by a request to cancel it.</summary>
    Canceled,

    /// <summary>Ended because the server stopped during its run. How far it came is unknown.</summary>
    Interrupted,

    /// <summary>Not started in time.</summary>
    Missed,
}

/// <summary>The allowed transitions between states, in one place for every store.</summary>
public static class ProcessStateTransitions
{
    /// <summary>Whether a process in this state has ended.</summary>
    public static bool IsEnded(this ProcessState state) => state >= ProcessState.Succeeded;

    /// <summary>Whether the submission is kept after this end, so that it can be sent again.</summary>
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
