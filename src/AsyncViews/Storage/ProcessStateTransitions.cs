namespace AsyncViews.Storage;

/// <summary>The allowed transitions between states, in one place for every store.</summary>
public static class ProcessStateTransitions
{
    /// <summary>Returns whether the submission is kept after this end, so that it can be sent again.</summary>
    public static bool KeepsSubmission(this ProcessState state) => state is ProcessState.Failed or ProcessState.Interrupted;

    /// <summary>Returns whether a process may go from one state to the other in one step.</summary>
    public static bool CanBecome(this ProcessState from, ProcessState to) => from switch
    {
        ProcessState.Scheduled => to is ProcessState.Queued or ProcessState.Canceled or ProcessState.Missed,
        ProcessState.Queued => to is ProcessState.Running or ProcessState.Canceled or ProcessState.Missed,
        ProcessState.Running => to is ProcessState.Succeeded or ProcessState.Failed or ProcessState.Canceled
            or ProcessState.Interrupted or ProcessState.Queued or ProcessState.Scheduled,
        _ => false,
    };
}
