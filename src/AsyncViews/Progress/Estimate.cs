namespace AsyncViews.Progress;

/// <summary>
/// How long a run will take yet, told only where it can be trusted: from what it has measured while it keeps its pace, and
/// where it measures nothing, from earlier runs of the same page that took much the same time.
/// </summary>
/// <remarks>
/// Measured: the end is foretold from the pace of the last half of the time. It is told after 10 s and 10 %, where that half
/// saw at least 5 steps and the last not long ago, and where the same was foretold, within 1.25 times, when the run was half as
/// old. From history: at least 5 runs succeeded, the middle half of them within 1.5 times of each other, their median is at least
/// 5 s, and this run is not yet longer than that.
/// </remarks>
internal static class Estimate
{
    private const double LeastPercent = 10;
    private const int LeastSteps = 5;
    private const double LongestStall = 0.1;
    private const double PaceTolerance = 1.25;
    private const double HistoryTolerance = 1.5;
    private const int LeastRuns = 5;

    private static readonly TimeSpan LeastRun = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LeastMedian = TimeSpan.FromSeconds(5);

    /// <summary>Null where it cannot be told.</summary>
    /// <param name="start">The start of the run.</param>
    /// <param name="elapsed">The time since then.</param>
    /// <param name="trail">The measurements so far.</param>
    /// <param name="history">How long earlier runs took, shortest first.</param>
    public static ProcessEstimate? Of(DateTimeOffset start, TimeSpan elapsed, IReadOnlyList<Measurement> trail, IReadOnlyList<TimeSpan> history)
    {
        var isMeasured = trail is [.., { Percent: >= LeastPercent }] && elapsed >= LeastRun;
        return (isMeasured ? FromTrail(elapsed, trail) : FromHistory(elapsed, history)) is var (total, until) ? new ProcessEstimate(start + total, start + until) : null;
    }

    /// <summary>The time that is left as it is shown; null where it is not.</summary>
    public static TimeSpan? RemainingOf(ProcessEstimate? estimate, DateTimeOffset now) => estimate is { } told && now <= told.Until && now < told.End ? Round(told.End - now) : null;

    /// <summary>How long the run takes in all, and up to which length of it that can be trusted without a further step.</summary>
    private static (TimeSpan Total, TimeSpan Until)? FromTrail(TimeSpan elapsed, IReadOnlyList<Measurement> trail)
    {
        var until = trail[^1].At / (1 - LongestStall);
        if (elapsed > until || trail.Where(step => step.At > elapsed / 2).DistinctBy(step => step.Percent).Count() < LeastSteps)
            return null;

        var (now, before) = (Foretell(elapsed, trail), Foretell(elapsed / 2, trail));
        return now is { } total && total < before * PaceTolerance && before < total * PaceTolerance ? (total, until) : null;
    }

    /// <summary>How long the whole run would take, as could be said at a time; null where it was not moving.</summary>
    private static TimeSpan? Foretell(TimeSpan at, IReadOnlyList<Measurement> trail)
    {
        var last = trail.LastOrDefault(measurement => measurement.At <= at);
        var half = trail.LastOrDefault(measurement => measurement.At <= at / 2);
        var pace = (last.Percent - half.Percent) / (at - half.At).TotalSeconds;
        return pace > 0 ? at + TimeSpan.FromSeconds((100 - last.Percent) / pace) : null;
    }

    private static (TimeSpan Total, TimeSpan Until)? FromHistory(TimeSpan elapsed, IReadOnlyList<TimeSpan> history)
    {
        if (history.Count < LeastRuns || history[history.Count * 3 / 4] > history[history.Count / 4] * HistoryTolerance)
            return null;

        var median = history[history.Count / 2];
        return median >= LeastMedian && elapsed < median ? (median, median) : null;
    }

    /// <summary>Up to the next 5 seconds, half minute or minute: more would be a promise, and would flicker.</summary>
    public static TimeSpan Round(TimeSpan remaining)
    {
        var step = remaining.TotalMinutes switch { < 1 => 5, < 10 => 30, _ => 60 };
        return TimeSpan.FromSeconds(Math.Ceiling(remaining.TotalSeconds / step) * step);
    }
}

/// <summary>A percentage that a run reported.</summary>
/// <param name="At">When, since its start.</param>
/// <param name="Percent">0 to 100.</param>
internal readonly record struct Measurement(TimeSpan At, double Percent);
