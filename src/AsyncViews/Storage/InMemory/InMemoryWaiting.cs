namespace AsyncViews.Storage.InMemory;

/// <summary>The processes of the in-memory store that wait for others, for a time, or for a worker. Guarded by the store's lock.</summary>
internal sealed class InMemoryWaiting(InMemoryQueue queue, InMemorySuccession succession)
{
    private readonly InMemoryTimes _schedule = new(record => record.WaitsFor > 0 ? null : record.Terms.NotBefore);

    /// <summary>The waiting submissions and their bytes.</summary>
    public StoreLoad Load { get; private set; }

    public IEnumerable<InMemoryProcess> All => queue.All.Concat(_schedule.All).Concat(succession.Waiting);

    /// <summary>The number of those that wait for no worker yet.</summary>
    public int Scheduled => _schedule.Count + succession.Count;

    /// <summary>The next time that one waits for; null if none does.</summary>
    public DateTimeOffset? Next => _schedule.Next;

    public List<InMemoryProcess> FindDue(DateTimeOffset now) => _schedule.FindDue(now);

    public void Begin(InMemoryProcess process)
    {
        if (process.Record.WaitsFor > 0)
            succession.Add(process);
        else if (process.Record.State == ProcessState.Scheduled)
            _schedule.Add(process);
        else
            queue.Add(process);
        Count(process, 1);
    }

    public void End(InMemoryProcess process)
    {
        if (process.Record.WaitsFor > 0)
            succession.Remove(process);
        else if (process.Record.State == ProcessState.Scheduled)
            _schedule.Remove(process);
        else
            queue.Remove(process);
        Count(process, -1);
    }

    private void Count(InMemoryProcess process, int change)
    {
        if (process.Record.IsLimited)
            Load = Load with { Queued = Load.Queued + change, QueuedBytes = Load.QueuedBytes + (change * process.Body!.Length) };
    }
}
