namespace AsyncViews.Storage.InMemory;

/// <summary>The live processes of each lane in the in-memory store, guarded by the store's lock.</summary>
internal sealed class InMemoryLanes
{
    private readonly Dictionary<string, SortedSet<ProcessRecord>> _lanes = [];

    /// <summary>The processes that people have sent, without those that code has scheduled.</summary>
    public int CountLive(string lane) => _lanes.TryGetValue(lane, out var records) ? records.Count(record => record.IsLimited) : 0;

    /// <summary>The highest turn in the lane of this record among those of its priority and scheduled time; null if there are none.</summary>
    public long? LastTurn(ProcessRecord record) => _lanes.TryGetValue(record.Lane, out var records)
        ? records.GetViewBetween(record with { Turn = long.MinValue }, record with { Turn = long.MaxValue }).Max?.Turn : null;

    public void Add(ProcessRecord record)
    {
        if (!_lanes.TryGetValue(record.Lane, out var records))
            _lanes.Add(record.Lane, records = new SortedSet<ProcessRecord>(ProcessRecord.ByTurn));
        records.Add(record);
    }

    /// <summary>Before it has ended, or its terms change.</summary>
    public void Remove(ProcessRecord record)
    {
        if (_lanes.TryGetValue(record.Lane, out var records) && records.Remove(record) && records.Count == 0)
            _lanes.Remove(record.Lane);
    }
}
