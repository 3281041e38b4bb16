namespace AsyncViews.Storage;

/// <summary>The durations of the last thousand runs that succeeded.</summary>
internal sealed class InMemoryDurations
{
    private const int Most = 1000;

    private readonly Queue<(ProcessType Type, TimeSpan Duration)> _latest = new();

    public void Add(ProcessRecord ended)
    {
        if (_latest.Count == Most)
            _latest.Dequeue();
        _latest.Enqueue((ended.Type, ended.EndedAt!.Value - ended.StartedAt!.Value));
    }

    /// <summary>The averages of those types that have any.</summary>
    public Dictionary<ProcessType, TimeSpan> Averages() => _latest
        .GroupBy(run => run.Type, run => run.Duration)
        .ToDictionary(runs => runs.Key, runs => TimeSpan.FromTicks((long)runs.Average(duration => duration.Ticks)));
}
