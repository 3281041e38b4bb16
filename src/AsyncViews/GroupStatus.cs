namespace AsyncViews;

/// <summary>A snapshot of a group of processes: the last one that began with its reference, see <see cref="ScheduleOptions.Group"/>.</summary>
public sealed record GroupStatus
{
    /// <summary>The number of its processes.</summary>
    public required int Total { get; init; }

    /// <summary>The number of them that wait for their start, or for their next attempt.</summary>
    public required int Waiting { get; init; }

    /// <summary>The number of them that run.</summary>
    public required int Running { get; init; }

    /// <summary>The number of them that have succeeded.</summary>
    public required int Succeeded { get; init; }

    /// <summary>The number of them that have ended in any other way. One that is sent again takes the place of the first.</summary>
    public required int NotSucceeded { get; init; }

    /// <summary>The time at which the first of them was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which the first of them started; null if none has.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The time at which the last of them ended; null before that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The number of them that have not ended.</summary>
    public int Remaining => Waiting + Running;

    /// <summary>The number of them that have ended.</summary>
    public int Ended => Succeeded + NotSucceeded;

    /// <summary>Tells whether all of them have ended. The next process with its reference begins another group.</summary>
    public bool IsEnded => Remaining == 0;

    /// <summary>The share of them that have ended: 0 to 100.</summary>
    public double Percent => Math.Round(100.0 * Ended / Total, 1);

    /// <summary>Estimates how long it takes, from the times of those that have ended. Null before the first of them has ended.</summary>
    /// <param name="now">The current time.</param>
    public GroupEstimate? EstimateAt(DateTimeOffset now)
    {
        if (StartedAt is not { } started || Ended == 0)
            return null;

        var consumed = (EndedAt ?? now) - started;
        var total = consumed * ((double)Total / Ended);
        return new GroupEstimate(total, total - consumed, consumed);
    }
}

/// <summary>The time that a group takes.</summary>
/// <param name="Total">The time from its first start to its last end.</param>
/// <param name="Remaining">The time that is left of it.</param>
/// <param name="Consumed">The time that has passed of it.</param>
public readonly record struct GroupEstimate(TimeSpan Total, TimeSpan Remaining, TimeSpan Consumed);
