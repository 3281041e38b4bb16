namespace AsyncViews.Storage.InMemory;

/// <summary>The queued processes of the in-memory store in the order in which they start, guarded by the store's lock.</summary>
/// <remarks>A sorted list: most are added at its end, and a place in the queue is found by halving.</remarks>
internal sealed class InMemoryQueue
{
    private static readonly Comparer<InMemoryProcess> ByTurn = Comparer<InMemoryProcess>.Create((a, b) => ProcessRecord.ByTurn.Compare(a.Record, b.Record));

    private readonly List<InMemoryProcess> _processes = [];

    public IEnumerable<InMemoryProcess> All => _processes;

    public void Add(InMemoryProcess process) => _processes.Insert(~_processes.BinarySearch(process, ByTurn), process);

    public void Remove(InMemoryProcess process) => _processes.RemoveAt(_processes.BinarySearch(process, ByTurn));

    /// <summary>The turn that starts next among those of the priority and scheduled time of this one, which is not queued and has a lower turn than all; null if there are none.</summary>
    public long? NextTurn(InMemoryProcess beside) =>
        ~_processes.BinarySearch(beside, ByTurn) is var next && next < _processes.Count && _processes[next].Record is var record
        && (record.Terms.Priority, record.Terms.NotBefore) == (beside.Record.Terms.Priority, beside.Record.Terms.NotBefore) ? record.Turn : null;

    public int PositionOf(InMemoryProcess process) => _processes.BinarySearch(process, ByTurn) + 1;

    public StoreInspection Inspect(int scheduled, int running, Dictionary<ProcessType, (int Count, TimeSpan Sum)> durations) => new(
        scheduled,
        _processes.Count,
        _processes.Count == 0 ? null : _processes.Min(process => process.Record.WaitsSince),
        running,
        Stuck: 0,
        [.. _processes.CountBy(process => process.Record.Type).Select(type =>
            new QueuedType(type.Key, type.Value, durations.TryGetValue(type.Key, out var ran) ? ran.Sum / ran.Count : null))]);

    public List<InMemoryProcess> FindUnknown(IReadOnlySet<ProcessType> types, DateTimeOffset queuedBefore) =>
        [.. _processes.Where(process => !types.Contains(process.Record.Type) && process.Record.WaitsSince <= queuedBefore)];
}
