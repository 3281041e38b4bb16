namespace AsyncViews.Storage.InMemory;

/// <summary>Ended processes of the in-memory store by the time at which they expire, guarded by the store's lock.</summary>
internal sealed class InMemoryRetention
{
    /// <summary>Processes by their time, and not in the order of their ends: the clock may have been wrong at one of them.</summary>
    private readonly PriorityQueue<InMemoryProcess, DateTimeOffset?> _ended = new();
    private readonly PriorityQueue<InMemoryProcess, DateTimeOffset?> _gone = new();
    private HashSet<InMemoryProcess> _held = [];

    public void Add(InMemoryProcess process) => Enqueue(_ended, process);

    /// <summary>A tombstone already, before it expires.</summary>
    public void AddGone(InMemoryProcess process) => Enqueue(_gone, process);

    /// <summary>The processes that become tombstones now, without those that were discarded or removed in the meantime, or are still needed.</summary>
    public List<InMemoryProcess> TakeExpired(DateTimeOffset now, Predicate<InMemoryProcess> isHeld)
    {
        var expired = _held.Concat(Take(_ended, now)).Where(process => !process.Record.IsGone).ToList();
        _held = [.. expired.FindAll(isHeld)];
        expired.RemoveAll(_held.Contains);
        expired.ForEach(AddGone);
        return expired;
    }

    public IEnumerable<InMemoryProcess> TakeTombstones(DateTimeOffset expiredBefore) => Take(_gone, expiredBefore);

    private static void Enqueue(PriorityQueue<InMemoryProcess, DateTimeOffset?> processes, InMemoryProcess process) => processes.Enqueue(process, process.Record.ExpiresAt);

    private static IEnumerable<InMemoryProcess> Take(PriorityQueue<InMemoryProcess, DateTimeOffset?> processes, DateTimeOffset expiredBefore)
    {
        while (processes.TryPeek(out _, out var expiresAt) && expiresAt <= expiredBefore)
            yield return processes.Dequeue();
    }
}
