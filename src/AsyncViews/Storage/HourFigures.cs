namespace AsyncViews.Storage;

/// <summary>The processes that ended within an hour in one state.</summary>
/// <param name="Hour">The beginning of the hour, in UTC.</param>
/// <param name="State">The state in which they ended.</param>
/// <param name="Count">The number of these, whether or not they are kept by now.</param>
/// <param name="LongestWait">The longest time that one of them had waited for its last start, or for its end if none came.</param>
public sealed record HourFigures(DateTimeOffset Hour, ProcessState State, int Count, TimeSpan LongestWait)
{
    /// <summary>The time for which a store keeps the figures of an hour.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);
}

/// <summary>Counts what ends, hour by hour, for a store that keeps records. It is not thread-safe.</summary>
public sealed class HourCounter
{
    private readonly Dictionary<(DateTimeOffset Hour, ProcessState State), (int Count, TimeSpan LongestWait)> _figures = [];

    /// <summary>Counts a process that has just ended.</summary>
    public void Add(ProcessRecord ended)
    {
        ArgumentNullException.ThrowIfNull(ended);
        var at = ended.EndedAt!.Value.ToUniversalTime();
        var key = (at.AddTicks(-(at.Ticks % TimeSpan.TicksPerHour)), ended.State);
        var (count, wait) = _figures.GetValueOrDefault(key);
        _figures[key] = (count + 1, wait > ended.Waited ? wait : ended.Waited);
    }

    /// <summary>Returns the figures of the hours that had not ended at this time, the oldest hour first.</summary>
    public IReadOnlyList<HourFigures> Read(DateTimeOffset from) =>
        [.. _figures.Where(figure => figure.Key.Hour.AddHours(1) > from).OrderBy(figure => figure.Key)
            .Select(figure => new HourFigures(figure.Key.Hour, figure.Key.State, figure.Value.Count, figure.Value.LongestWait))];

    /// <summary>Forgets the figures of hours that are older than <see cref="HourFigures.Retention"/>.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var key in _figures.Keys.Where(key => key.Hour.AddHours(1) <= now - HourFigures.Retention).ToArray())
            _figures.Remove(key);
    }
}
