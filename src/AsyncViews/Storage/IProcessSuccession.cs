using System.Data.Common;

namespace AsyncViews.Storage;

/// <summary>
/// The part of a store that knows what follows what. Whatever ends a process also releases those that wait for it, or ends those that
/// can never start, in the same transaction: the end of a run, a cancel, a missed start, the recovery of lost runs, discarding,
/// expiry and removal.
/// </summary>
public interface IProcessSuccession
{
    /// <summary>
    /// Accepts these processes, or none of them. They are those of code (<see cref="NewProcess.IsLimited"/> is false, and none has a
    /// submission key), and may follow each other: a predecessor comes before its successors.
    /// </summary>
    /// <param name="processes">The processes. Their bodies are released to the store when they are added; the caller disposes them in any case.</param>
    /// <param name="transaction">As with <see cref="IProcessStore.AddAsync"/>. What follows a process that is not one of these is released with <see cref="SettleAsync"/>, after its commit.</param>
    /// <param name="cancellationToken">Ends the waiting, not the commit.</param>
    /// <returns><see cref="AddOutcome.Added"/>, or the reason why none was accepted.</returns>
    /// <exception cref="NotSupportedException">This store cannot join <paramref name="transaction"/>.</exception>
    ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, DbTransaction? transaction = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the processes that it waits or has waited for, in the order in which it was given them, those of a group last. Empty once it is gone.</summary>
    ValueTask<IReadOnlyList<ProcessId>> ListPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Tells, as long as it is enumerated, of the processes that this node has released, or ended, together with the end of one that they waited for
    /// (<see cref="ProcessChangeKind.Scheduled"/>, <see cref="ProcessChangeKind.Ended"/>). If a store does not tell, the next sweep
    /// finds them.
    /// </summary>
    IAsyncEnumerable<ProcessChange> WatchFollowersAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ProcessChange>();

    /// <summary>
    /// Releases or ends the followers of processes whose own end has not done so: an earlier release has stored the end, or
    /// the followers were added in somebody else's transaction. Called after such a transaction, and with every sweep.
    /// </summary>
    ValueTask SettleAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>Counts the members of the last group that began with this reference: those of these owners, or of everybody if null. Null if there are none, or all are gone.</summary>
    ValueTask<GroupStatus?> FindGroupAsync(string reference, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the members of the last group that began with this reference, and are not gone, in the order of their arrival.</summary>
    ValueTask<IReadOnlyList<ProcessId>> ListMembersAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>Forgets all members of the last group that began with this reference, and leaves no tombstones.</summary>
    /// <returns>False, without a change, if any of them has not ended, or there is no such group.</returns>
    ValueTask<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default);
}
