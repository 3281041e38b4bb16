namespace AsyncViews.Storage;

/// <summary>The limits of the queue and of an owner, which bind what people send and not what code schedules.</summary>
/// <param name="options">The options that hold the limits.</param>
public sealed class StoreLimits(AsyncViewsOptions options)
{
    /// <summary>Returns whether the queue has no room for the process: the store answers with <see cref="AddOutcome.QueueFull"/>.</summary>
    /// <param name="process">The process to be added, its body complete.</param>
    /// <param name="load">The load of the store without it.</param>
    public bool IsQueueFull(NewProcess process, StoreLoad load) =>
        process.IsLimited && (load.Queued >= options.MaxQueueLength || load.QueuedBytes + process.Body.Length > options.MaxQueueBytes);

    /// <summary>Returns whether its owner has the maximum number of live processes already: the store answers with <see cref="AddOutcome.OwnerLimit"/>.</summary>
    /// <param name="process">The process to be added.</param>
    /// <param name="live">Counts the live processes of an owner that people sent, see <see cref="ProcessRecord.IsLimited"/>. Called only if it matters.</param>
    public bool IsOwnerAtLimit(NewProcess process, Func<string, int> live) =>
        process.IsLimited && live(process.Owner) >= options.MaxLiveProcessesPerOwner;
}
