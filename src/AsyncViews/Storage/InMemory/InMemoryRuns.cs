namespace AsyncViews.Storage.InMemory;

/// <summary>Counts the running processes of the in-memory store, guarded by the store's lock.</summary>
internal sealed class InMemoryRuns
{
    private readonly Dictionary<string, int> _underQuotas = [];

    public int Count { get; private set; }

    public int CountUnder(string quota) => _underQuotas.GetValueOrDefault(quota);

    /// <summary>Every quota that has running processes, or queued ones.</summary>
    public IEnumerable<QuotaUse> UsesBeside(InMemoryQueue queue) => _underQuotas.Where(quota => quota.Value > 0).Select(quota => quota.Key).Union(queue.Quotas)
        .Select(quota => new QuotaUse(quota, queue.CountUnder(quota), CountUnder(quota)));

    public void Add(InMemoryProcess process) => Change(process, 1);

    public void Remove(InMemoryProcess process) => Change(process, -1);

    private void Change(InMemoryProcess process, int change)
    {
        Count += change;
        if (process.Record.Quota is { } quota)
            _underQuotas[quota] = CountUnder(quota) + change;
    }
}
