using System.Runtime.CompilerServices;

namespace AsyncViews.Progress;

/// <summary>A process as code follows it: every change that it can see, and at most one reading of the store a second.</summary>
internal sealed class StatusChanges(LiveProcesses live, Watches watches, TimeProvider time)
{
    /// <summary>The interval at which a process of another node is read, since nobody here is told of its changes.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Ends with the process, or when it is not known (any more).</summary>
    public async IAsyncEnumerable<ProcessStatus> WatchAsync(ProcessId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = watches.Begin(id);
        (long, int?)? seen = null;
        while (true)
        {
            // Asked for before the reading, so that no change is lost between the two.
            var changed = watch.Changed;
            if (await live.ReadAsync(id, cancellationToken) is not { } record)
                yield break;

            if (seen != (record.Version, record.Position))
            {
                seen = (record.Version, record.Position);
                yield return record.ToStatus();
            }

            if (record.State.IsEnded())
                yield break;

            await changed.WaitAsync(LookAgain, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Returns what it has come to at its end, or when the time is over; null where it is not known.</summary>
    public async Task<ProcessStatus?> WaitAsync(ProcessId id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        ProcessStatus? last = null;
        try
        {
            await foreach (var status in WatchAsync(id, either.Token))
                last = status;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over: what was seen last is the answer.
        }

        return last ?? (await live.ReadAsync(id, cancellationToken))?.ToStatus();
    }
}
