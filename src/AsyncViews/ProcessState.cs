namespace AsyncViews;

/// <summary>The state of a process. The last five are final: a process reaches exactly one of them and never leaves it.</summary>
public enum ProcessState
{
    /// <summary>Accepted, and waiting for a later time: that of its first start, or of its next attempt after a failure. Or it waits for other processes, see <see cref="ProcessStatus.WaitsFor"/>.</summary>
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

/// <summary>Tells states apart.</summary>
public static class ProcessStateExtensions
{
    /// <summary>Returns whether a process in this state has ended.</summary>
    public static bool IsEnded(this ProcessState state) => state >= ProcessState.Succeeded;
}
