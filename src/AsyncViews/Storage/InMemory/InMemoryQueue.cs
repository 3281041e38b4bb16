namespace AsyncViews.Storage.InMemory;

/// <summary>The queued processes of the in-memory store in the order in which they start, guarded by the store's lock.</summary>
/// <remarks>A sorted list: most are added at its end, and a place in the queue is found by halving.</remarks>
internal sealed class InMemoryQueue
{
    private static readonly Comparer<InMemoryProcess> ByTurn = Comparer<InMemoryProcess>.Create((a, b) => ProcessRecord.ByTurn.Compare(a.Record, b.Record));

    private readonly List<InMemoryProcess> _processes = [];

    /// <summary>The same under each quota; those that have none are under the empty name.</summary>
    private readonly Dictionary<string, List<InMemoryProcess>> _underQuotas = [];

    public IEnumerable<InMemoryProcess> All => _processes;

    /// <summary>The quotas that have any.</summary>
    public IEnumerable<string> Quotas => _underQuotas.Where(quota => quota.Key.Length > 0 && quota.Value.Count > 0).Select(quota => quota.Key);

    public int CountUnder(string quota) => _underQuotas.TryGetValue(quota, out var processes) ? processes.Count : 0;

    /// <summary>Those whose quota has room, until it is full. Processes that wait under a full quota cost nothing.</summary>
    public IEnumerable<InMemoryProcess> Startable(QuotaRoom room)
    {
        var next = new PriorityQueue<(List<InMemoryProcess> Processes, int Index), InMemoryProcess>(ByTurn);
        foreach (var processes in _underQuotas.Values.Where(processes => processes.Count > 0))
            next.Enqueue((processes, 0), processes[0]);
        while (next.TryDequeue(out var at, out var process))
        {
            if (room.FreeUnder(process.Record.Quota) == 0)
                continue;

            yield return process;
            if (at.Index + 1 < at.Processes.Count)
                next.Enqueue((at.Processes, at.Index + 1), at.Processes[at.Index + 1]);
        }
    }

    public void Add(InMemoryProcess process)
    {
        var quota = process.Record.Quota ?? "";
        if (!_underQuotas.TryGetValue(quota, out var underQuota))
            _underQuotas.Add(quota, underQuota = []);
        underQuota.Insert(~underQuota.BinarySearch(process, ByTurn), process);
        _processes.Insert(~_processes.BinarySearch(process, ByTurn), process);
    }

    public void Remove(InMemoryProcess process)
    {
        var underQuota = _underQuotas[process.Record.Quota ?? ""];
        underQuota.RemoveAt(underQuota.BinarySearch(process, ByTurn));
        _processes.RemoveAt(_processes.BinarySearch(process, ByTurn));
    }

    /// <summary>The turn that starts next among those of the priority and scheduled time of these terms; null if there are none.</summary>
    public long? NextTurn(RunTerms terms)
    {
        var (low, high) = (0, _processes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_processes[middle].Record.Terms.ComesBefore(terms))
                low = middle + 1;
            else
                high = middle;
        }

        return low < _processes.Count && _processes[low].Record is var record && record.Terms.IsBeside(terms) ? record.Turn : null;
    }

    public int PositionOf(InMemoryProcess process) => _processes.BinarySearch(process, ByTurn) + 1;

    public StoreInspection Inspect(int scheduled, int running, Dictionary<ProcessType, TimeSpan> averages) => new(
        scheduled,
        _processes.Count,
        _processes.Count == 0 ? null : _processes.Min(process => process.Record.WaitsSince),
        running,
        Stuck: 0,
        [.. _processes.CountBy(process => process.Record.Type).Select(type =>
            new QueuedType(type.Key, type.Value, averages.TryGetValue(type.Key, out var average) ? average : null))]);

    public List<InMemoryProcess> FindUnknown(IReadOnlySet<ProcessType> types, DateTimeOffset queuedBefore) =>
        [.. _processes.Where(process => !types.Contains(process.Record.Type) && process.Record.WaitsSince <= queuedBefore)];
}
