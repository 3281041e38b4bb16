using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>
/// The places in a long queue that were counted lately. Each further place is counted from the nearest one in front of it, so that the queue
/// is read about once a second, however many people look at their place.
/// </summary>
/// <param name="time">The clock.</param>
/// <remarks>A place that is counted from another one may be off by what has started within about a second. Nodes of a farm would differ in that, so its store counts each.</remarks>
internal sealed class QueuePlaces(TimeProvider time)
{
    /// <summary>So many entries of an index are counted in a tenth of a millisecond.</summary>
    private const int Distance = 500;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly Comparer<QueuePlace> ByTurn = Comparer<QueuePlace>.Create((a, b) => ProcessRecord.ByTurn.Compare(a.Process!, b.Process!));

    private readonly Lock _lock = new();
    private readonly SortedSet<QueuePlace> _counted = new(ByTurn);
    private long _since;

    /// <summary>Finds the place to count from.</summary>
    /// <param name="queued">The process whose place is looked for.</param>
    /// <param name="counted">A place in front of it that has just been counted; the front of the queue by default.</param>
    /// <returns>The nearest known place in front of the process.</returns>
    public QueuePlace NearestTo(ProcessRecord queued, QueuePlace counted = default)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_since) > Freshness)
                _counted.Clear();
            var own = new QueuePlace(queued, 0);
            if (_counted.Count == 0 || ByTurn.Compare(own, _counted.Min) < 0)
                return counted;

            var known = _counted.GetViewBetween(_counted.Min, own).Max;
            return counted.Process is null || ByTurn.Compare(known, counted) > 0 ? known : counted;
        }
    }

    /// <summary>Keeps a place that was counted, unless it is near the one that it was counted from.</summary>
    /// <param name="counted">The place.</param>
    /// <param name="from">Where the count began.</param>
    public void Keep(QueuePlace counted, QueuePlace from)
    {
        if (counted.Place - from.Place < Distance)
            return;

        lock (_lock)
        {
            if (_counted.Count == 0)
                _since = time.GetTimestamp();
            _counted.Add(counted);
        }
    }
}

/// <summary>A place in the queue.</summary>
/// <param name="Process">The process that has it; null for the front of the queue.</param>
/// <param name="Place">The number of processes up to it.</param>
internal readonly record struct QueuePlace(ProcessRecord? Process, int Place);
