using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>Manages processes from the application's own code. It does not check owners; the caller decides who may do what.</summary>
public interface IProcessManager
{
    /// <summary>Returns a snapshot of the process, or null if it is unknown.</summary>
    Task<ProcessStatus?> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the processes of the person who sends this request, newest first: those of the signed-in user, and those that
    /// this browser submitted before. In a run, those of the person who submitted it. Expired processes are not included.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="count">The maximum number.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<IReadOnlyList<ProcessStatus>> ListAsync(HttpContext context, int count = 50, CancellationToken cancellationToken = default);

    /// <summary>Lists everybody's processes, pages and jobs, newest first, for the application's operators. Expired processes are not included.</summary>
    /// <param name="query">The processes to list; null for the newest 50.</param>
    /// <param name="owner">The signed-in user who sent or scheduled them; null for everybody.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="ArgumentException"><paramref name="owner"/> is not authenticated.</exception>
    Task<IReadOnlyList<ProcessStatus>> ListAllAsync(ProcessQuery? query = null, ClaimsPrincipal? owner = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the processes of the signed-in users with this name, newest first, for the application's operators. Expired processes are not included.</summary>
    /// <param name="userName">The whole name, as <see cref="ProcessStatus.UserName"/> has it.</param>
    /// <param name="query">The processes to list; null for the newest 50.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<IReadOnlyList<ProcessStatus>> ListByUserAsync(string userName, ProcessQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows a process: returns its current status, then each change that can be observed. Ends when the process ends, or
    /// at once if it is unknown. A process that runs on another node is read once a second.
    /// </summary>
    IAsyncEnumerable<ProcessStatus> WatchAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Returns the failed attempts before the current one, oldest first; empty if it is unknown or has expired. They are for operators.</summary>
    Task<IReadOnlyList<ProcessFailure>> GetFailuresAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Waits for a process to end, for a limited time.</summary>
    /// <param name="id">The process.</param>
    /// <param name="timeout">The longest time to wait.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Its status; <see cref="ProcessStatus.IsEnded"/> tells whether it has ended. Null if it is unknown.</returns>
    Task<ProcessStatus?> WaitAsync(ProcessId id, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks a process to stop. A queued one is canceled at once. A running one has its token signalled and may still
    /// succeed.
    /// </summary>
    Task<CancelOutcome> CancelAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Lets a process that waits for a later time start as soon as a worker is free. That time may be of its first start, or of its next attempt.</summary>
    /// <returns>False if it does not wait for a time, or is unknown.</returns>
    Task<bool> RunNowAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a submission again that failed, was interrupted, or was kept because its form was sent again just after it had
    /// succeeded. The new process has the same owner and runs as the user who submitted the first, whose place it takes. A second call
    /// returns the same new process, and sends that one again if it has failed or was interrupted in its turn. What was kept after a
    /// success is sent again by each call, unless the process of the call before is live or has succeeded some seconds ago.
    /// </summary>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot currently be read or written.</exception>
    Task<SendAgainResult> SendAgainAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Opens the response that the process produced. Null unless it succeeded and its result is still kept.</summary>
    Task<ProcessResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Returns the result of a job. It is the default of <typeparamref name="TResult"/> unless the job succeeded and its result is still kept.</summary>
    /// <exception cref="System.Text.Json.JsonException">The result is not a <typeparamref name="TResult"/> in JSON.</exception>
    Task<TResult?> GetResultAsync<TResult>(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a message to a live process, which reads it from <see cref="ProcessContext.Messages"/> on whatever node it runs. When
    /// this returns <see cref="SendOutcome.Sent"/>, the message is as durable as the store is, and stands behind those that were
    /// sent before. A process that has not started yet reads it after its start. Messages that are still unread at its end are deleted.
    /// </summary>
    /// <param name="id">The process.</param>
    /// <param name="message">The message, serialised as JSON of at most <see cref="AsyncViewsOptions.MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, and not what is stored.</param>
    /// <exception cref="ArgumentException">It is too large.</exception>
    /// <exception cref="NotSupportedException">It has a type that cannot be serialised.</exception>
    /// <exception cref="System.Text.Json.JsonException">It contains itself, or is nested too deeply.</exception>
    Task<SendOutcome> SendAsync<TMessage>(ProcessId id, TMessage message, CancellationToken cancellationToken = default);

    /// <summary>Lists the processes that it waits or has waited for, in the order in which it was given them. One that was sent again stands in the place of the first.</summary>
    Task<IReadOnlyList<ProcessId>> GetPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns the results of the jobs that it has waited for, in the order of <see cref="GetPredecessorsAsync"/>: those of the parts, for
    /// the last job of a parallel. They are kept as long as it has not ended. The default of <typeparamref name="TResult"/> stands for a job that did not succeed.
    /// </summary>
    /// <exception cref="InvalidOperationException">A job has succeeded, and its result is not kept any more: somebody discarded it.</exception>
    /// <exception cref="System.Text.Json.JsonException">A result is not a <typeparamref name="TResult"/> in JSON.</exception>
    Task<IReadOnlyList<TResult?>> GetResultsAsync<TResult>(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Counts the members of the last group that began with this <see cref="ScheduleOptions.Group"/>. Null if there is none, or it has expired.</summary>
    Task<GroupStatus?> GetGroupAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>Asks every member of this group to stop.</summary>
    /// <returns>The number of members that were canceled, or were told to stop.</returns>
    Task<int> CancelGroupAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>Deletes all members of this group and their data, or none of them.</summary>
    /// <returns>False, without a change, if any of them has not ended, or there is no such group.</returns>
    Task<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>Deletes a process and all its data, so that its address becomes unknown. A live process is canceled first. One that runs stays visible and counted, as stopping, until its run has ended, whose outcome is discarded.</summary>
    /// <returns>False if it is unknown.</returns>
    Task<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default);
}

/// <summary>The answer to a request to send again.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Id">The new process; null if there is none.</param>
public readonly record struct SendAgainResult(SendAgainOutcome Outcome, ProcessId? Id = null);

/// <summary>The outcome of a request to send again.</summary>
public enum SendAgainOutcome
{
    /// <summary>A new process was accepted.</summary>
    Accepted,

    /// <summary>The submission is not kept: the process is unknown, is live, has succeeded, was canceled or missed, was discarded, or has expired.</summary>
    NotKept,

    /// <summary>The queue has no room.</summary>
    QueueFull,

    /// <summary>The owner already has the maximum number of live processes.</summary>
    OwnerLimit,

    /// <summary>The store keeps as much as it may.</summary>
    StoreFull,

    /// <summary>As much as may be kept for the owner is kept already.</summary>
    KeptLimit,
}

/// <summary>The outcome of a request to cancel.</summary>
public enum CancelOutcome
{
    /// <summary>It had not started, and it never will.</summary>
    Canceled,

    /// <summary>It is running and has been told; it may still succeed.</summary>
    Requested,

    /// <summary>It had already ended.</summary>
    AlreadyEnded,

    /// <summary>No such process is known.</summary>
    NotFound,
}

/// <summary>The outcome of a message.</summary>
public enum SendOutcome
{
    /// <summary>The process will read it, unless it ends before.</summary>
    Sent,

    /// <summary>It had already ended.</summary>
    AlreadyEnded,

    /// <summary>No such process is known.</summary>
    NotFound,

    /// <summary>It already has <see cref="AsyncViewsOptions.MaxUnreadMessages"/> unread messages.</summary>
    TooMany,
}
