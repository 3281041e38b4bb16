namespace AsyncViews.BrowserTests.Judges;

/// <summary>The system's clock, some time later.</summary>
public sealed class MovedClock : TimeProvider
{
    private TimeSpan _moved;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _moved;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(_moved.TotalSeconds * System.TimestampFrequency);

    public void Move(TimeSpan forward) => _moved += forward;
}
