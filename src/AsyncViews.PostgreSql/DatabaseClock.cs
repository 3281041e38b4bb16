using System.Diagnostics;

namespace AsyncViews.PostgreSql;

/// <summary>
/// The database's clock, which decides for all nodes. It is read with each heartbeat, and goes on with the machine's timestamps,
/// whatever becomes of the machine's own clock.
/// </summary>
/// <remarks>A test that moves the time of its program moves the database's by as much.</remarks>
internal sealed class DatabaseClock(TimeProvider time)
{
    /// <summary>Tells whether a test moves the time: it counts timestamps of its own.</summary>
    private readonly bool _isMoved = Stopwatch.GetElapsedTime(time.GetTimestamp()).Duration() > TimeSpan.FromMinutes(1);

    private Reading? _last;

    /// <summary>The time; this program's own before the first reading.</summary>
    public DateTimeOffset Now => !_isMoved && Volatile.Read(ref _last) is { } last ? TimeAt(last, time.GetTimestamp()) : time.GetUtcNow();

    /// <summary>The difference between this program's clock and the system's, if a test moves it. Leases are judged by the database's own clock, moved by as much.</summary>
    public TimeSpan Skew => _isMoved ? time.GetUtcNow() - TimeProvider.System.GetUtcNow() : TimeSpan.Zero;

    /// <summary>Begins a reading.</summary>
    public long Ask() => time.GetTimestamp();

    /// <summary>Ends a reading, which corrects this clock by no more than is certain: a slow answer says little.</summary>
    /// <param name="now">The database's answer.</param>
    /// <param name="asked">The beginning of the reading.</param>
    public void Learn(DateTimeOffset now, long asked)
    {
        var answered = time.GetTimestamp();
        var last = Volatile.Read(ref _last);
        if (last is null || TimeAt(last, answered) < now)
            Volatile.Write(ref _last, new Reading(now, answered));
        else if (TimeAt(last, asked) > now)
            Volatile.Write(ref _last, new Reading(now, asked));
    }

    /// <summary>Translates a time of the database into that of this program's clock.</summary>
    public DateTimeOffset ToLocal(DateTimeOffset at)
    {
        var (local, distance) = (time.GetUtcNow(), at - Now);
        return distance < DateTimeOffset.MaxValue - local ? local + distance : DateTimeOffset.MaxValue;
    }

    /// <summary>Translates a time of this program's clock into that of the database.</summary>
    public DateTimeOffset FromLocal(DateTimeOffset at)
    {
        var (now, distance) = (Now, at - time.GetUtcNow());
        return distance < DateTimeOffset.MaxValue - now ? now + distance : DateTimeOffset.MaxValue;
    }

    private DateTimeOffset TimeAt(Reading reading, long timestamp) => reading.Now + time.GetElapsedTime(reading.At, timestamp);

    private sealed record Reading(DateTimeOffset Now, long At);
}
