namespace AsyncViews.Storage;

/// <summary>The limits of the queue, of an owner and of an address, which bind what people send and not what code schedules.</summary>
/// <param name="options">The options that hold the limits.</param>
public sealed class StoreLimits(AsyncViewsOptions options)
{
    /// <summary>Returns why the process cannot be added, or <see cref="AddOutcome.Added"/> if it can. Every store asks before it adds one, as one with the adding.</summary>
    /// <param name="process">The process to be added, its body complete.</param>
    /// <param name="load">The load of the store without it.</param>
    /// <param name="liveOfOwner">Counts the live processes of an owner that people sent, see <see cref="ProcessRecord.IsLimited"/>. Called only if it matters.</param>
    /// <param name="liveInLane">Counts those in a lane. Called only if it matters.</param>
    public AddOutcome Judge(NewProcess process, StoreLoad load, Func<string, int> liveOfOwner, Func<string, int> liveInLane)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(liveOfOwner);
        ArgumentNullException.ThrowIfNull(liveInLane);
        if (!process.IsLimited)
            return AddOutcome.Added;

        if (IsQueueFull(load, process.IsAnonymous, process.Body.Length))
            return AddOutcome.QueueFull;

        if (liveOfOwner(process.Owner) >= options.MaxLiveProcessesPerOwner)
            return AddOutcome.OwnerLimit;

        return process.HasAddress && options.MaxLiveProcessesPerAddress > 0 && liveInLane(process.Lane) >= options.MaxLiveProcessesPerAddress
            ? AddOutcome.AddressLimit : AddOutcome.Added;
    }

    /// <summary>Returns whether the queue has no room for one more. The last fifth of it is for signed-in people, where people can sign in.</summary>
    /// <param name="load">The load of the store.</param>
    /// <param name="isAnonymous">Whether somebody sends it who is not signed in.</param>
    /// <param name="bytes">The length of its body.</param>
    internal bool IsQueueFull(StoreLoad load, bool isAnonymous, long bytes)
    {
        var kept = isAnonymous && options.KeepsPartForUsers;
        return load.Queued >= options.MaxQueueLength - (kept ? options.MaxQueueLength / 5 : 0)
            || load.QueuedBytes + bytes > options.MaxQueueBytes - (kept ? options.MaxQueueBytes / 5 : 0);
    }
}
