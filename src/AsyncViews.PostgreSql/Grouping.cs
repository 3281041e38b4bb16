using AsyncViews.Storage;

namespace AsyncViews.PostgreSql;

/// <summary>
/// Stores things in groups. Those that come while others are being stored share the next transaction, and with it a round trip and
/// a disk sync.
/// </summary>
/// <param name="most">The largest number of things in a group.</param>
/// <param name="groupsAtOnce">The largest number of groups that are being stored at the same time.</param>
/// <param name="storeAsync">Stores a group, all of it or nothing, and returns what became of each.</param>
/// <param name="order">The order within a group, for things that lock rows; null for that in which they came.</param>
internal sealed class Grouping<TItem, TResult>(int most, int groupsAtOnce, Func<TItem[], Task<List<TResult>>> storeAsync, Comparison<TItem>? order = null)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private int _storing;

    /// <summary>Stores this with what else there is by now, and returns what became of it once that is committed.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public Task<TResult> StoreAsync(TItem item)
    {
        var waiting = new Waiting(item);
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_storing == groupsAtOnce)
                return waiting.Stored.Task;

            _storing++;
        }

        // What is stored together is of many: none of it may be in a transaction that is ambient here.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = StoreAllAsync(), null);
        return waiting.Stored.Task;
    }

    private async Task StoreAllAsync()
    {
        while (Take() is { Length: > 0 } group)
            await StoreGroupAsync(group);
    }

    private Waiting[] Take()
    {
        lock (_lock)
        {
            var taken = new Waiting[Math.Min(_waiting.Count, most)];
            for (var i = 0; i < taken.Length; i++)
                taken[i] = _waiting.Dequeue();
            if (order is not null)
                Array.Sort(taken, (one, other) => order(one.Item, other.Item));
            _storing -= taken.Length == 0 ? 1 : 0;
            return taken;
        }
    }

    private async Task StoreGroupAsync(Waiting[] group)
    {
        try
        {
            var results = await storeAsync(Array.ConvertAll(group, waiting => waiting.Item));
            for (var i = 0; i < group.Length; i++)
                group[i].Stored.SetResult(results[i]);
        }
        catch (Exception exception) when (group.Length > 1 && exception is not StoreUnavailableException { MayBeStored: true })
        {
            // One of them cannot be stored, or waits for somebody, and keeps none of the others from it.
            foreach (var waiting in group)
                _ = StoreGroupAsync([waiting]);
        }
        catch (Exception exception)
        {
            foreach (var waiting in group)
                waiting.Stored.SetException(exception);
        }
    }

    private sealed record Waiting(TItem Item)
    {
        public TaskCompletionSource<TResult> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
