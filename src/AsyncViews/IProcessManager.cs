using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>Processes as the application's own code handles them. It checks no owner: its caller decides who may.</summary>
public interface IProcessManager
{
    /// <summary>A snapshot of the process; null when no such process is known.</summary>
    Task<ProcessStatus?> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// The processes of whoever sends this request, the newest first: the signed-in user's, and those that this browser
    /// submitted before. What has expired is not among them.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<ProcessStatus>> ListAsync(HttpContext context, int count = 50, CancellationToken cancellationToken = default);

    /// <summary>Everybody's processes, pages and jobs, the newest first, for those who operate the application. What has expired is not among them.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<ProcessStatus>> ListAllAsync(int count = 50, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows a process: its status of now, then every one that can be seen as it changes. Ends with the process's end, at
    /// once where no such process is known. What runs on another node is looked at once a second.
    /// </summary>
    IAsyncEnumerable<ProcessStatus> WatchAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Waits for the end of a process, until a deadline.</summary>
    /// <param name="id">Which.</param>
    /// <param name="deadline">How long at most.</param>
    /// <param name="cancellationToken">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>What it has come to: <see cref="ProcessStatus.IsEnded"/> tells whether that is its end. Null when no such process is known.</returns>
    Task<ProcessStatus?> WaitAsync(ProcessId id, TimeSpan deadline, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks the process to stop: a queued one is canceled at once, a running one has its token signalled and may still
    /// succeed.
    /// </summary>
    Task<CancelOutcome> CancelAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends once more what failed, was interrupted, or is kept because its form was sent again just after it had succeeded:
    /// as a new process of the same owner that runs as the user who submitted it. Each call starts another.
    /// </summary>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot be read or written just now.</exception>
    Task<SendAgainResult> SendAgainAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Opens the response that the process produced; null unless it succeeded and its result is still kept.</summary>
    Task<ProcessResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>The result of a job; the default of <typeparamref name="TResult"/> unless it succeeded and its result is still kept.</summary>
    /// <exception cref="System.Text.Json.JsonException">The result is not a <typeparamref name="TResult"/> in JSON.</exception>
    Task<TResult?> GetResultAsync<TResult>(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Forgets a process and all it kept, so that its address is as unknown as if it had never been. A live one is canceled first, and its outcome discarded. False when no such process is known.</summary>
    Task<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default);
}

/// <summary>What a request to send again led to.</summary>
/// <param name="Outcome">What it led to.</param>
/// <param name="Id">The new process; null where there is none.</param>
public readonly record struct SendAgainResult(SendAgainOutcome Outcome, ProcessId? Id = null);

/// <summary>What a request to send again led to.</summary>
public enum SendAgainOutcome
{
    /// <summary>A new process is accepted.</summary>
    Accepted,

    /// <summary>What was sent is not kept: the process is unknown, live, has succeeded, was discarded or expired.</summary>
    NotKept,

    /// <summary>The queue has no room.</summary>
    QueueFull,

    /// <summary>The owner has as many live processes as one may have.</summary>
    OwnerLimit,
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
