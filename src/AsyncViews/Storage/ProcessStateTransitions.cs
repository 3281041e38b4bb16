namespace AsyncViews.Storage;

/// <summary>The allowed transitions between states, in one place for every store.</summary>
public static class ProcessStateTransitions
{
    /// <summary>Returns whether the submission is kept after this end, so that it can be sent again.</summary>
    public static bool KeepsSubmission(this ProcessState state) => state is ProcessState.Failed or ProcessState.Interrupted;

    /// <summary>
    /// Returns true if an end lets its followers start, and false if they can never start. Null while nothing is decided, since a
    /// failed process can be sent again.
    /// </summary>
    /// <param name="when">The end that they wait for.</param>
    /// <param name="ended">The state in which the process ended; Canceled for one that was removed.</param>
    /// <param name="isGone">Whether it is gone, or was removed.</param>
    public static bool? IsMetBy(this When when, ProcessState ended, bool isGone) => when switch
    {
        When.Ended => true,
        When.NotSucceeded => ended != ProcessState.Succeeded,
        _ when ended == ProcessState.Succeeded => true,
        _ => ended.KeepsSubmission() && !isGone ? null : false,
    };

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
