using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>Takes processes for this node. Nothing calls a claim off: one that the store has made is a run.</summary>
internal sealed class Claims(IProcessStore store, LiveProcesses live, Quotas quotas, Drain drain, SafeLogger<Claims> logger)
{
    /// <summary>Queues what is due, and ends what should have started by now.</summary>
    /// <returns>The next time at which there is something to do; null if nothing waits for a time.</returns>
    public async Task<DateTimeOffset?> QueueDueAsync(CancellationToken cancellationToken)
    {
        var due = await store.QueueDueAsync(cancellationToken);
        foreach (var id in due.Missed)
        {
            Log.Missed(logger, id);
            live.ForgetReading(id);
        }

        return due.Next;
    }

    /// <summary>Accepts a process, and claims it with the same write if it may start now and nothing of these types waits.</summary>
    /// <param name="process">The process, under no quota with a limit.</param>
    /// <param name="types">The types that this node can run.</param>
    /// <param name="takeWorker">Takes a worker for it.</param>
    /// <returns>What the store has done, and the run; null if it was not claimed.</returns>
    public async Task<(AddResult Added, ClaimedRun? Run)> AddAsync(NewProcess process, IReadOnlySet<ProcessType> types, Func<bool> takeWorker)
    {
        using (live.BeginClaim())
        {
            if (!drain.HasBegun)
            {
                var added = await store.AddAndClaimAsync(process, new ImmediateClaim(types, takeWorker), CancellationToken.None);
                return (added, added.Claimed is { } claimed ? Begin(claimed) : null);
            }
        }

        return (await store.AddAsync(process), null);
    }

    /// <summary>Claims the next processes of these types, at most so many, and among them at most so many of anonymous people.</summary>
    public async Task<IReadOnlyList<ClaimedRun>> NextAsync(IReadOnlySet<ProcessType> types, int count, int anonymous)
    {
        using var claim = live.BeginClaim();
        if (drain.HasBegun)
            return [];

        var claimed = await store.ClaimNextAsync(types, count, anonymous, quotas.Limits, CancellationToken.None);
        var runs = new ClaimedRun[claimed.Count];
        for (var i = 0; i < runs.Length; i++)
            runs[i] = Begin(claimed[i]);
        return runs;
    }

    /// <summary>Claims this process; null if it does not wait, or is of none of these types.</summary>
    public async Task<ClaimedRun?> ByIdAsync(ProcessId id, IReadOnlySet<ProcessType> types)
    {
        using var claim = live.BeginClaim();
        return !drain.HasBegun && await store.ClaimAsync(id, types, quotas.Limits, CancellationToken.None) is { } claimed ? Begin(claimed) : null;
    }

    private ClaimedRun Begin(ClaimedProcess claimed) => new(claimed, live.Add(claimed.Record));
}

/// <summary>A process that this node has claimed.</summary>
/// <param name="Claimed">The process as the store gave it.</param>
/// <param name="Live">Its progress and its cancellation.</param>
internal sealed record ClaimedRun(ClaimedProcess Claimed, LiveProcess Live)
{
    public bool IsAnonymous => Claimed.Record.IsAnonymous;
}
