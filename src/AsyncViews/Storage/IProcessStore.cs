using System.Data.Common;

namespace AsyncViews.Storage;

/// <summary>
/// Holds everything that must be durable and atomic. Every store passes the same contract tests. An exception from one of
/// these members means that nothing was changed; after a <see cref="StoreUnavailableException"/>, the call may succeed later.
/// </summary>
public interface IProcessStore : IProcessSuccession
{
    /// <summary>The time by which the store judges what is due, late or over: that of the program's <see cref="TimeProvider"/>, or one that all its nodes share. It is known while the store cannot be reached, too.</summary>
    DateTimeOffset Now { get; }

    /// <summary>
    /// Makes the store ready. Called once, before the first request or command. A store that one program has for itself ends the
    /// runs that its predecessor left behind; one that several nodes share ends nothing here.
    /// </summary>
    /// <param name="node">The name of this node, which no other start of a program has. It runs what is claimed here from then on.</param>
    /// <param name="cancellationToken">Ends the waiting for another process that has the store for itself.</param>
    /// <exception cref="InvalidOperationException">The store cannot be used. The message says what to do.</exception>
    ValueTask OpenAsync(string node, CancellationToken cancellationToken = default);

    /// <summary>
    /// Derives a key of 32 bytes from the store's secret. It stays the same as long as the store exists, so everything that it
    /// authenticates is valid as long as the processes are.
    /// </summary>
    /// <param name="purpose">The purpose of the key. Each has a key of its own.</param>
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
    /// <param name="process">The process to add. Its body is released to the store when it is added; the caller disposes it in any case.</param>
    /// <param name="transaction">The caller's own transaction to join, so that both commit or neither does.</param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    /// <exception cref="NotSupportedException">This store cannot join <paramref name="transaction"/>.</exception>
    ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Accepts a process as <see cref="AddAsync"/> does. If it may start now, nothing of the node's types waits, and a worker is free,
    /// it is taken in the same commit, as by <see cref="ClaimAsync"/>. A store that does not implement this only accepts it.
    /// </summary>
    ValueTask<AddResult> AddAndClaimAsync(NewProcess process, ImmediateClaim claim, CancellationToken cancellationToken = default) =>
        AddAsync(process, cancellationToken: cancellationToken);

    /// <summary>Queues the processes whose scheduled time has come, and ends those as Missed that should have started by now.</summary>
    /// <returns>The processes that were ended, and the next time, by this program's clock, at which there is something to do; null if nothing waits for a time.</returns>
    ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default);

    /// <summary>Queues a process that waits for a later time, as if it had been scheduled for this moment (<see cref="ProcessChanges.DueNow"/>).</summary>
    /// <returns>False, without a change, if it is not Scheduled, or waits for others.</returns>
    ValueTask<bool> QueueNowAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the next processes for this node: Queued, or Scheduled for a time that has come, becomes Running, and the fence grows
    /// by one. They come in the order in which they start: by priority, scheduled time, turn and arrival. Those that should have
    /// started by now are passed over.
    /// </summary>
    /// <param name="types">The types that this node can run. Others are left alone.</param>
    /// <param name="count">The greatest number to take. Fewer are returned only if no more are due.</param>
    /// <param name="anonymous">The greatest number of them to take that anonymous people sent: others behind those are taken in their place.</param>
    /// <param name="quotas">
    /// The greatest number of processes of each <see cref="ProcessRecord.Quota"/> that run at once on all nodes together: others
    /// behind them are taken in their place, at a cost that does not grow with the number that waits under a full quota. A quota
    /// that is not named here has no limit; null names none.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(
        IReadOnlySet<ProcessType> types, int count, int anonymous = int.MaxValue, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes this process for this node, as <see cref="ClaimNextAsync"/> does. Returns null if it is of another type, another
    /// node was faster, it is no longer queued, should have started by now, or its quota is full.
    /// </summary>
    ValueTask<ClaimedProcess?> ClaimAsync(
        ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Proves that these runs are alive. A run without this proof is lost after a lease. Called regularly, also if nothing runs,
    /// on a thread of its own that waits for it; a store completes it without the thread pool if it can.
    /// </summary>
    /// <returns>Those of them that are to stop.</returns>
    ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the other nodes that share the store and are not known to be dead. A store that one program has for itself has none,
    /// and implements neither this nor the two members below.
    /// </summary>
    ValueTask<IReadOnlyList<NodeStatus>> ListOtherNodesAsync(CancellationToken cancellationToken = default) => new([]);

    /// <summary>Asks these nodes to take no more processes. They learn it with their next heartbeats, and have <see cref="WatchAsync"/> tell them that there is something to learn.</summary>
    ValueTask RequestDrainAsync(IReadOnlyCollection<string> nodes, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>Lets the other nodes know, from now on, that this one takes no more processes.</summary>
    ValueTask NoteDrainingAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>
    /// Ends the runs that are lost as Interrupted, or queues them again if they may start once more: those whose last proof of
    /// life is older than the lease.
    /// </summary>
    /// <param name="lease">The time without a proof of life after which a run is lost.</param>
    /// <param name="alive">The processes that run on this node. They are left alone.</param>
    /// <param name="hasContact">
    /// Whether this node has reached the store without a break for a whole lease. If not, the silence of other nodes proves
    /// nothing: only the runs of which the store knows otherwise that they are dead may be ended.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    /// <returns>The number of runs that were ended or queued again.</returns>
    ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, bool hasContact, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells what other nodes change, as long as it is enumerated, so that those who wait for it here need not ask. A store that
    /// one program has for itself has nothing to tell, and ends at once. One that may have missed changes says so with
    /// <see cref="ProcessChangeKind.Unknown"/>; an exception means the same, and the store is asked again.
    /// </summary>
    IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells the other nodes, soon, what follows from a change that is stored: that a process waits, once the engine of the node
    /// that has accepted it knows. They hear it by <see cref="WatchAsync"/>. A store that one program has for itself does not
    /// implement it.
    /// </summary>
    void Announce(ProcessChange change)
    {
    }

    /// <summary>Ends processes as Missed that have been queued for longer than the timeout and whose type is not among these.</summary>
    /// <returns>The number of processes that were ended.</returns>
    ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Stores the progress of a running process. Returns false if the fence is not the current one.</summary>
    ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends a running process. With Scheduled, ends its attempt: the failure is noted, and the process waits for the next
    /// attempt with its priority lowered by one (not below 0), or ends as Failed if somebody has asked it to stop. Returns
    /// false and changes nothing if the fence is not the current one.
    /// </summary>
    ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default);

    /// <summary>Tells whether <see cref="FinishInAsync"/> can store an end in this transaction: it is open, in the database of this store, and sees what others commit meanwhile. A store that keeps to itself implements neither.</summary>
    ValueTask<bool> CanFinishInAsync(DbTransaction transaction, CancellationToken cancellationToken = default) => new(false);

    /// <summary>
    /// Ends a running process as Succeeded in somebody else's transaction, which is committed next. The body is released to the
    /// store, which deletes it in the end if the transaction is rolled back. Returns false and changes nothing if the fence is not
    /// the current one.
    /// </summary>
    ValueTask<bool> FinishInAsync(ProcessId id, int fence, ProcessOutcome outcome, ProcessTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This store cannot join a transaction.");

    /// <summary>
    /// Keeps a message for the runs of a live process, behind those that were sent before, until it is read or the process ends. The
    /// nodes are told by <see cref="WatchAsync"/>.
    /// </summary>
    ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the messages to a process up to this one, which its run has handled, and returns the next of them, some at a time. It
    /// changes and returns nothing if the fence is not the current one.
    /// </summary>
    /// <param name="id">The process.</param>
    /// <param name="fence">The fence of the run.</param>
    /// <param name="after">The number of the message that it has handled last; 0 for none.</param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    ValueTask<IReadOnlyList<StoredMessage>> ReadMessagesAsync(ProcessId id, int fence, long after, CancellationToken cancellationToken = default);

    /// <summary>Cancels a queued process, or marks a running one as asked to stop. Repeating it changes nothing.</summary>
    ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Cancels the processes of this identity that wait for their start, or for their next attempt.</summary>
    /// <returns>The ids of the canceled processes.</returns>
    ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default);

    /// <summary>Finds a process that is live, ended or gone; null if it is unknown.</summary>
    ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the processes that fit the query (<see cref="ProcessRecord.Matches"/>) and belong to any of these owners, or to anybody
    /// if null, in the order of <see cref="ProcessRecord.NewestFirst"/>. The cost does not grow with other owners' processes.
    /// </summary>
    ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps the repeated submission of a process that has succeeded, so that it can be sent again on request; the first
    /// submission was deleted at the end. It is kept until the process expires, and only once, since it is always the same.
    /// </summary>
    /// <param name="id">The process that stands for it.</param>
    /// <param name="submission">The submission without its body.</param>
    /// <param name="body">Its body, released to the store when it is kept; the caller disposes it in any case.</param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    /// <returns>False, without a change, if the process has not succeeded, is gone, or keeps it already.</returns>
    ValueTask<bool> KeepSubmissionAsync(ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default);

    /// <summary>Opens the submission of a process that failed or was interrupted, or that was submitted once more after it had succeeded, to send it again; null if it is not kept.</summary>
    ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Opens the response of a process that succeeded; null if there is none, or it has expired.</summary>
    ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Marks the result as served. Returns true to exactly one caller, the first.</summary>
    ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Turns an ended process into a tombstone before it expires, at its owner's request. Its content is deleted, and the
    /// tombstone says so for as long as any other.
    /// </summary>
    /// <returns>False, without a change, if it is live, gone or unknown.</returns>
    ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets a process and all its content, and leaves no tombstone. One that runs is asked to stop, and stays what it is until
    /// its run ends or is lost: then it is forgotten in place of its end, and of another attempt.
    /// </summary>
    /// <returns>False if it is unknown.</returns>
    ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Measures the waiting submissions and the free space. It is called before every submission, so it must be cheap.</summary>
    ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default);

    /// <summary>Measures what one sender has. It is called before a submission is sent again, so it must be cheap.</summary>
    ValueTask<SenderLoads> GetSenderLoadsAsync(string owner, string lane, CancellationToken cancellationToken = default);

    /// <summary>Inspects the live and the ended processes for their operator. The cost does not grow with the number of ended processes.</summary>
    /// <param name="lease">A run without a sign of life for this long is stuck.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Reads how many processes ended in each hour. The cost does not grow with the number of processes.</summary>
    /// <param name="from">A time in the first of these hours.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The figures, the oldest hour first. Those that count nothing are left out.</returns>
    ValueTask<IReadOnlyList<HourFigures>> ReadHoursAsync(DateTimeOffset from, CancellationToken cancellationToken = default);

    /// <summary>Finds out whether the store can still be used, and opens one that could not be opened so far. Called with every sweep, whatever the clock says.</summary>
    ValueTask CheckAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>Turns ended processes past their retention into tombstones, and removes tombstones past theirs.</summary>
    /// <returns>The number of processes that became tombstones.</returns>
    ValueTask<int> SweepAsync(CancellationToken cancellationToken = default);
}
