using System.Data.Common;

namespace AsyncViews.Storage;

/// <summary>
/// What must be durable and atomic. Every store passes the same contract tests. An exception from one of these members
/// means that nothing was changed; <see cref="StoreUnavailableException"/>, that it may work later.
/// </summary>
public interface IProcessStore
{
    /// <summary>Called once, before the first request: makes the store ready, and ends the runs that this node left behind when it last stopped.</summary>
    /// <param name="node">The name of this node, the same after a restart.</param>
    /// <param name="cancellationToken">Ends the waiting for another process that has the store for itself.</param>
    /// <exception cref="InvalidOperationException">The store cannot be used, with what to do about it.</exception>
    ValueTask OpenAsync(string node, CancellationToken cancellationToken = default);

    /// <summary>
    /// A key that only those have who may read this store, the same for as long as the store is: what it authenticates is
    /// good for as long as the processes are. 32 bytes.
    /// </summary>
    /// <param name="purpose">Each purpose has a key of its own.</param>
    byte[] DeriveKey(string purpose);

    /// <summary>
    /// Begins content (a request or response body) of unknown length. It becomes part of a process with
    /// <see cref="AddAsync"/> or <see cref="FinishAsync"/>; disposed before that, it leaves nothing behind.
    /// </summary>
    ContentSpool CreateContent();

    /// <summary>
    /// Accepts a process: when this returns <see cref="AddOutcome.Added"/>, it is as durable as the store is. A process with
    /// the same submission key that <see cref="ProcessRecord.StandsForSubmission">stands for it</see> is returned in its place.
    /// </summary>
    /// <param name="process">What to add. Its body is released to the store when it is added; the caller disposes it in any case.</param>
    /// <param name="transaction">The caller's own transaction to join, so that both commit or neither does.</param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    /// <exception cref="NotSupportedException">This store cannot join <paramref name="transaction"/>.</exception>
    ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default);

    /// <summary>Queues what was scheduled for a time that has come, and ends as Missed what should have started by now.</summary>
    /// <returns>What was ended, and when there is something to do again: null where nothing waits for a time.</returns>
    ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default);

    /// <summary>The queued processes that are to start next, of the types that this node knows: by priority, the time they were scheduled for, and sequence.</summary>
    ValueTask<IReadOnlyList<ProcessId>> FindDueAsync(IReadOnlySet<string> types, int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a queued process for this node: Queued becomes Running, its fence grows by one. Null when somebody else
    /// was faster, or it is not queued any more, or should have started by now.
    /// </summary>
    ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, string node, CancellationToken cancellationToken = default);

    /// <summary>Proves that these runs are alive. What nobody proves to be alive is lost after a lease.</summary>
    ValueTask HeartbeatAsync(IReadOnlyCollection<ProcessId> alive, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the runs whose last proof of life is older than the lease as Interrupted, or queues them again where they
    /// may start once more. Those in <paramref name="alive"/> run on this node and are left alone.
    /// </summary>
    /// <returns>How many were ended or queued again.</returns>
    ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, CancellationToken cancellationToken = default);

    /// <summary>Ends as Missed what has been queued for longer than the timeout for a type that is not among these.</summary>
    /// <returns>How many were ended.</returns>
    ValueTask<int> MissUnknownAsync(IReadOnlySet<string> types, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Stores what a running process reports; false when the fence is not the current one.</summary>
    ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends a running process, or, with Scheduled, its attempt: that is noted among its failures, and it waits for the
    /// next with its priority lowered by one (not below 0), or ends as Failed where somebody has asked it to stop. False,
    /// changing nothing, when the fence is not the current one.
    /// </summary>
    ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default);

    /// <summary>Cancels a queued process, or marks a running one as asked to stop. Repeating it changes nothing.</summary>
    ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Cancels the processes of this identity that wait for their start, or for their next attempt.</summary>
    /// <returns>Which.</returns>
    ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default);

    /// <summary>One process, live, ended or gone; null when it is unknown.</summary>
    ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>The processes of any of these owners, null for everybody's, the newest first, without what is gone. Its cost does not grow with what others have.</summary>
    ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(IReadOnlyCollection<string>? owners, int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps what was sent once more after a process had succeeded, so that it can be sent again on request: what was sent
    /// first was deleted at its end. It is kept until the process expires, and only once, since it is always the same.
    /// </summary>
    /// <param name="id">The process that stands for it.</param>
    /// <param name="submission">What was sent, without its body.</param>
    /// <param name="body">Its body, released to the store when it is kept; the caller disposes it in any case.</param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    /// <returns>False, changing nothing, where the process has not succeeded, is gone, or keeps it already.</returns>
    ValueTask<bool> KeepSubmissionAsync(ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default);

    /// <summary>Opens what was sent of a process that failed or was interrupted, or was sent once more after it had succeeded, to send it again; null when it is not kept.</summary>
    ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Opens the response of a process that succeeded; null when there is none, or it has expired.</summary>
    ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>True for exactly one caller: the one who serves the result for the first time.</summary>
    ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Turns an ended process into a tombstone before it expires, because its owner wants to: its content is deleted, and
    /// its tombstone says so for as long as any other.
    /// </summary>
    /// <returns>False, changing nothing, when it is live, gone or unknown.</returns>
    ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Forgets a process and all its content, and leaves no tombstone; false when it is unknown. What a live one still writes is refused by its fence.</summary>
    ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>How much is waiting, and how much room is left. Cheap: asked before every submission.</summary>
    ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default);

    /// <summary>Looks at what is live and what has ended, for those who watch over it. Its cost does not grow with what has ended.</summary>
    /// <param name="lease">A run without a sign of life for so long is stuck.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Turns ended processes past their retention into tombstones, and removes tombstones past theirs.</summary>
    /// <returns>How many processes became tombstones.</returns>
    ValueTask<int> SweepAsync(CancellationToken cancellationToken = default);
}
