namespace AsyncViews.Storage.InMemory;

/// <summary>Processes of the in-memory store that wait for a time, the earliest first, guarded by the store's lock.</summary>
/// <param name="timeOf">Selects the time; null if a process has none.</param>
internal sealed class InMemoryTimes(Func<ProcessRecord, DateTimeOffset?> timeOf)
{
    private readonly SortedSet<(DateTimeOffset At, long Sequence, InMemoryProcess Process)> _processes =
        new(Comparer<(DateTimeOffset, long, InMemoryProcess)>.Create((a, b) => (a.Item1, a.Item2).CompareTo((b.Item1, b.Item2))));

    public IEnumerable<InMemoryProcess> All => _processes.Select(entry => entry.Process);

    public int Count => _processes.Count;

    public DateTimeOffset? Next => _processes.Count == 0 ? null : _processes.Min.At;

    public DateTimeOffset? Last => _processes.Count == 0 ? null : _processes.Max.At;

    public void Add(InMemoryProcess process)
    {
        if (timeOf(process.Record) is { } at)
            _processes.Add((at, process.Record.Sequence, process));
    }

    public void Remove(InMemoryProcess process)
    {
        if (timeOf(process.Record) is { } at)
            _processes.Remove((at, process.Record.Sequence, process));
    }

    public List<InMemoryProcess> FindDue(DateTimeOffset now) => [.. _processes.TakeWhile(entry => entry.At <= now).Select(entry => entry.Process)];
}
