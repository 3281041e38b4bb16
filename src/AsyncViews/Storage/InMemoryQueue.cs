namespace AsyncViews.Storage;

/// <summary>The queued processes of the in-memory store in the order of their sequence, guarded by the store's lock.</summary>
/// <remarks>A sorted list: adding at its end is immediate, and a place in the queue is found by halving.</remarks>
internal sealed class InMemoryQueue
{
    private static readonly Comparer<InMemoryProcess> BySequence =
        Comparer<InMemoryProcess>.Create((a, b) => a.Record.Sequence.CompareTo(b.Record.Sequence));

    private readonly List<InMemoryProcess> _processes = [];

    public int Count => _processes.Count;

    public long Bytes { get; private set; }

    public void Add(InMemoryProcess process)
    {
        _processes.Add(process);
        Bytes += process.Body!.Length;
    }

    public void Remove(InMemoryProcess process)
    {
        _processes.RemoveAt(_processes.BinarySearch(process, BySequence));
        Bytes -= process.Body!.Length;
    }

    public int PositionOf(InMemoryProcess process) => _processes.BinarySearch(process, BySequence) + 1;

    public StoreInspection Inspect(IReadOnlySet<string> types, int running) => new(
        Count,
        _processes.Count == 0 ? null : _processes[0].Record.CreatedAt,
        running,
        Stuck: 0,
        [.. _processes.Select(process => process.Record.Type).Where(type => !types.Contains(type)).Distinct()]);

    public List<InMemoryProcess> FindUnknown(IReadOnlySet<string> types, DateTimeOffset queuedBefore) =>
        [.. _processes.Where(process => !types.Contains(process.Record.Type) && process.Record.CreatedAt <= queuedBefore)];

    public IReadOnlyList<ProcessId> First(int count, IReadOnlySet<string> types) =>
        [.. _processes.Where(process => types.Contains(process.Record.Type)).Take(count).Select(process => process.Id)];
}
