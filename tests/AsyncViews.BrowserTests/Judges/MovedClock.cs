namespace AsyncViews.BrowserTests.Judges;

/// <summary>The system's clock, some time later. Its timers go on where it stands still.</summary>
public sealed class MovedClock : TimeProvider
{
    private TimeSpan _moved;
    private DateTimeOffset? _standing;

    public override DateTimeOffset GetUtcNow() => (_standing ?? System.GetUtcNow()) + _moved;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(_moved.TotalSeconds * System.TimestampFrequency);

    public void Move(TimeSpan forward) => _moved += forward;

    /// <summary>Shows the same time from now on, however long a browser takes.</summary>
    public void Stand() => _standing = System.GetUtcNow();
}
