namespace AsyncViews;

/// <summary>Processes as the application's own code handles them. It checks no owner: its caller decides who may.</summary>
public interface IProcessManager
{
    /// <summary>A snapshot of the process; null when no such process is known.</summary>
    Task<ProcessStatus?> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks the process to stop: a queued one is canceled at once, a running one has its token signalled and may still
    /// succeed.
    /// </summary>
    Task<CancelOutcome> CancelAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Opens the response that the process produced; null unless it succeeded and its result is still kept.</summary>
    Task<ProcessResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Forgets a process and all it kept. A live one is canceled first, and its outcome discarded. False when no such process is known.</summary>
    Task<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default);
}

/// <summary>What a request to cancel led to.</summary>
public enum CancelOutcome
{
    /// <summary>It had not started and never will.</summary>
    Canceled,

    /// <summary>It is running and has been told; it may still succeed.</summary>
    Requested,

    /// <summary>It had already ended.</summary>
    AlreadyEnded,

    /// <summary>No such process is known.</summary>
    NotFound,
}
