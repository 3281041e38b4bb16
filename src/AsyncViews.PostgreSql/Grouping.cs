using System.Diagnostics;
using AsyncViews.Storage;
using Npgsql;

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
    /// <summary>The most that are stored one by one at the same time: the pool has connections for others, too.</summary>
    private const int MostAlone = 4;

    /// <summary>The longest time for which somebody else may hold a lock.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();

    /// <summary>Stores one by one what could not be stored in a group; null if this is it.</summary>
    private readonly Grouping<TItem, TResult>? _alone = most == 1 ? null : new(most: 1, MostAlone, storeAsync);

    private int _storing;

    /// <summary>Stores this with what else there is by now, and returns what became of it once that is committed.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public Task<TResult> StoreAsync(TItem item)
    {
        var waiting = new Waiting(item, Stopwatch.GetTimestamp());
        Add(waiting);
        return waiting.Stored.Task;
    }

    private void Add(Waiting waiting)
    {
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_storing == groupsAtOnce)
                return;

            _storing++;
        }

        // What is stored together is of many, so it runs in nobody's context.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = StoreAllAsync(), null);
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
        catch (Exception exception) when (group.Length > 1 ? MayBeOfOne(exception) : IsForLock(exception) && Stopwatch.GetElapsedTime(group[0].Since) < LongestWait)
        {
            // One of them cannot be stored, or waits for a lock. The others are stored without it, and it is tried again behind them.
            foreach (var waiting in group)
                (_alone ?? this).Add(waiting);
        }
        catch (Exception exception)
        {
            foreach (var waiting in group)
                waiting.Stored.SetException(exception);
        }
    }

    private static bool IsForLock(Exception exception) => exception is StoreUnavailableException { InnerException: PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } };

    /// <summary>Tells whether the others of a group may fare better: neither the connection nor the server has failed.</summary>
    private static bool MayBeOfOne(Exception exception) => exception is not StoreUnavailableException
    {
        InnerException: not PostgresException or PostgresException { SqlState: ['0', '8', ..] or ['5', '3' or '8', ..] or ['5', '7', 'P', ..] },
    };

    private sealed record Waiting(TItem Item, long Since)
    {
        public TaskCompletionSource<TResult> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
