namespace AsyncViews.Running;

/// <summary>
/// Notices a clock that jumps ahead of the time that has passed: a wrong time that lasts for seconds must not remove what would
/// be kept for days. A machine that slept, or whose clock was put right, is ahead for good, and is believed after a while.
/// </summary>
/// <remarks>Only the time since the first look is known: before it, any time may have passed, and the clock is believed.</remarks>
/// <param name="clock">The clock that is watched.</param>
/// <param name="time">Tells the time that passes.</param>
internal sealed class ClockWatch(Func<DateTimeOffset> clock, TimeProvider time)
{
    /// <summary>More than any clock is put right by without a jump.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>The time for which it must stay ahead to be believed.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromMinutes(10);

    private (DateTimeOffset Clock, long Passed)? _trusted;
    private long? _aheadSince;

    /// <summary>Returns how far the clock is ahead; null where it can be believed.</summary>
    public TimeSpan? FindJump()
    {
        var now = clock();
        if (_trusted is { } trusted && now - trusted.Clock - time.GetElapsedTime(trusted.Passed) is var jump && jump > Tolerance)
        {
            _aheadSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_aheadSince.Value) < Doubt)
                return jump;
        }

        _aheadSince = null;
        _trusted = (now, time.GetTimestamp());
        return null;
    }
}
