namespace AsyncViews.Storage.InMemory;

/// <summary>The live processes of each lane in the in-memory store, guarded by the store's lock.</summary>
internal sealed class InMemoryLanes
{
    private readonly Dictionary<string, Lane> _lanes = [];

    /// <summary>The processes that people have sent, without those that code has scheduled.</summary>
    public int CountLive(string lane) => _lanes.TryGetValue(lane, out var found) ? found.Live : 0;

    /// <summary>The highest turn in this lane among those of the priority and scheduled time of these terms; null if there are none.</summary>
    public long? LastTurn(string lane, RunTerms terms)
    {
        if (!_lanes.TryGetValue(lane, out var found))
            return null;

        var last = found.Records.Max!;
        return last.Terms.IsBeside(terms) ? last.Turn
            : found.Records.GetViewBetween(last with { Terms = terms, Turn = long.MinValue }, last with { Terms = terms, Turn = long.MaxValue }).Max?.Turn;
    }

    public void Add(ProcessRecord record)
    {
        if (!_lanes.TryGetValue(record.Lane, out var lane))
            _lanes.Add(record.Lane, lane = new Lane());
        lane.Records.Add(record);
        lane.Live += record.IsLimited ? 1 : 0;
    }

    /// <summary>Before it has ended, or its terms change.</summary>
    public void Remove(ProcessRecord record)
    {
        if (!_lanes.TryGetValue(record.Lane, out var lane) || !lane.Records.Remove(record))
            return;

        lane.Live -= record.IsLimited ? 1 : 0;
        if (lane.Records.Count == 0)
            _lanes.Remove(record.Lane);
    }

    private sealed class Lane
    {
        public SortedSet<ProcessRecord> Records { get; } = new(ProcessRecord.ByTurn);

        /// <summary>Counted as they come and go: a lane that many share may have thousands.</summary>
        public int Live { get; set; }
    }
}
