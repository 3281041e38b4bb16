namespace AsyncViews.Storage;

/// <summary>The limits of the store, of an owner and of an address, which bind what people send and not what code schedules.</summary>
/// <param name="options">The options that hold the limits.</param>
public sealed class StoreLimits(AsyncViewsOptions options)
{
    /// <summary>The bytes that every process counts for beside its content, its tombstone included: its row, its status and its place in every order.</summary>
    public const int RowBytes = 2048;

    /// <summary>Returns why the process cannot be added, or <see cref="AddOutcome.Added"/> if it can. Every store asks before it adds a process; one that has its data for itself asks in the same transaction.</summary>
    /// <param name="process">The process to be added, its body complete.</param>
    /// <param name="load">The load of the store without it.</param>
    /// <param name="ofSender">Measures what its sender has. Called only if it matters.</param>
    public AddOutcome Judge(NewProcess process, StoreLoad load, Func<SenderLoads> ofSender)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(ofSender);
        return !process.IsLimited ? AddOutcome.Added
            : JudgeStore(load, process.IsAnonymous, process.Body.Length) is not AddOutcome.Added and var refusal ? refusal
            : JudgeSender(ofSender(), process.HasAddress);
    }

    /// <summary>Returns the bytes that are kept of a process that is added now. At its end the store counts its row, its origin, and what is left of it: the submission, or the response.</summary>
    public static long BytesOf(NewProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return RowBytes + (process.Origin?.Length ?? 0) + process.Submission.Length + process.RunSecrets.Length + process.Body.Length;
    }

    /// <summary>Judges what everybody shares. The last fifth of the queue is for signed-in people, where people can sign in.</summary>
    /// <param name="load">The load of the store.</param>
    /// <param name="isAnonymous">Whether somebody sends it who is not signed in.</param>
    /// <param name="bytes">The length of its body.</param>
    internal AddOutcome JudgeStore(StoreLoad load, bool isAnonymous, long bytes)
    {
        var kept = isAnonymous && options.KeepsPartForUsers;
        var isQueueFull = load.Queued >= options.MaxQueueLength - (kept ? options.MaxQueueLength / 5 : 0)
            || load.QueuedBytes + bytes > options.MaxQueueBytes - (kept ? options.MaxQueueBytes / 5 : 0);
        return isQueueFull ? AddOutcome.QueueFull
            : load.KeptBytes >= options.MaxKeptBytes - (kept ? options.MaxKeptBytes / 5 : 0) ? AddOutcome.StoreFull
            : AddOutcome.Added;
    }

    /// <summary>Judges what is the sender's own. Whatever is kept, one who has nothing there may send as much as the body's own limit allows.</summary>
    /// <param name="sender">What the sender has.</param>
    /// <param name="hasAddress">Whether its lane is the address that it came from.</param>
    internal AddOutcome JudgeSender(SenderLoads sender, bool hasAddress)
    {
        if (sender.OfOwner.Live >= options.MaxLiveProcessesPerOwner)
            return AddOutcome.OwnerLimit;

        if (hasAddress && options.MaxLiveProcessesPerAddress > 0 && sender.InLane.Live >= options.MaxLiveProcessesPerAddress)
            return AddOutcome.AddressLimit;

        return sender.OfOwner.KeptBytes >= options.MaxKeptBytesPerOwner || (hasAddress && sender.InLane.KeptBytes >= options.MaxKeptBytesPerAddress)
            ? AddOutcome.KeptLimit : AddOutcome.Added;
    }
}
