using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.PostgreSql;

/// <summary>
/// Stores the ends of runs. Those that come while others are being stored share the next transaction, and with it a round trip and
/// a disk sync. The end of a process that others follow has a transaction of its own.
/// </summary>
internal sealed class GroupedEnds(Transactions transactions)
{
    /// <summary>A result of up to 64 KiB is stored with its end.</summary>
    private const int Most = 50;

    private readonly Lock _lock = new();
    private readonly Queue<RunEnd> _waiting = new();
    private bool _isStoring;

    /// <summary>Ends the current run of a process. Returns false and changes nothing if it is another.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public Task<bool> EndAsync(ProcessId id, ClaimedRun run, SealedEnd end)
    {
        var ending = new RunEnd(id, run, end);
        bool begins;
        lock (_lock)
        {
            _waiting.Enqueue(ending);
            (begins, _isStoring) = (!_isStoring, true);
        }

        if (begins)
            _ = StoreAllAsync();
        return ending.Stored.Task;
    }

    private async Task StoreAllAsync()
    {
        while (Take() is { Length: > 0 } ends)
            await StoreAsync(ends);
    }

    /// <summary>Ends a run whose process has followers, which are released with it. Nothing is stored if the run is another by now.</summary>
    private async Task EndFollowedAsync(RunEnd end)
    {
        try
        {
            end.Stored.SetResult(await transactions.RunAsync(unit => unit.EndAsync(end.Id, end.Run, end.End)));
        }
        catch (Exception exception)
        {
            end.Stored.SetException(exception);
        }
    }

    private RunEnd[] Take()
    {
        lock (_lock)
        {
            // All nodes lock rows in the order of their arrival.
            var taken = Enumerable.Range(0, Math.Min(_waiting.Count, Most)).Select(_ => _waiting.Dequeue()).OrderBy(end => end.Run.Sequence).ToArray();
            _isStoring = taken.Length > 0;
            return taken;
        }
    }

    private async Task StoreAsync(RunEnd[] ends)
    {
        try
        {
            var stored = await transactions.RunAloneAsync(unit => unit.EndAsync(ends));
            for (var i = 0; i < ends.Length; i++)
            {
                if (stored[i])
                    ends[i].Stored.SetResult(true);
                else
                    _ = EndFollowedAsync(ends[i]);
            }
        }
        catch (Exception exception) when (exception is not StoreUnavailableException && ends.Length > 1)
        {
            // One of them cannot be stored, and keeps none of the others from it.
            foreach (var end in ends)
                await StoreAsync([end]);
        }
        catch (Exception exception)
        {
            foreach (var end in ends)
                end.Stored.SetException(exception);
        }
    }
}

/// <summary>The end of a run that is to be stored.</summary>
internal sealed record RunEnd(ProcessId Id, ClaimedRun Run, SealedEnd End)
{
    public TaskCompletionSource<bool> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
