namespace AsyncViews.Storage.InMemory;

/// <summary>Ended processes of the in-memory store in the order in which they expire, guarded by the store's lock.</summary>
internal sealed class InMemoryRetention
{
    private readonly Queue<InMemoryProcess> _ended = new();
    private readonly Queue<InMemoryProcess> _gone = new();
    private List<InMemoryProcess> _held = [];

    public void Add(InMemoryProcess process) => _ended.Enqueue(process);

    /// <summary>A tombstone already, before it expires.</summary>
    public void AddGone(InMemoryProcess process) => _gone.Enqueue(process);

    /// <summary>The processes that become tombstones now, without those that were discarded or removed in the meantime, or are still needed.</summary>
    public List<InMemoryProcess> TakeExpired(DateTimeOffset now, Predicate<InMemoryProcess> isHeld)
    {
        var expired = _held.Concat(Take(_ended, now)).Where(process => !process.Record.IsGone).ToList();
        _held = expired.FindAll(isHeld);
        expired.RemoveAll(_held.Contains);
        expired.ForEach(_gone.Enqueue);
        return expired;
    }

    public IEnumerable<InMemoryProcess> TakeTombstones(DateTimeOffset expiredBefore) => Take(_gone, expiredBefore);

    private static IEnumerable<InMemoryProcess> Take(Queue<InMemoryProcess> processes, DateTimeOffset expiredBefore)
    {
        while (processes.TryPeek(out var process) && process.Record.ExpiresAt <= expiredBefore)
            yield return processes.Dequeue();
    }
}
