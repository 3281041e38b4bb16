using AsyncViews.PostgreSql;

namespace AsyncViews.ClusterTests;

/// <summary>A node's notion of the database's time, between readings that take longer or shorter.</summary>
public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly MachineTime _time = new();
    private readonly DatabaseClock _clock;

    public DatabaseClockTests() => _clock = new DatabaseClock(_time);

    [Fact]
    public void SlowReading_PutsTheClockBackByNothing()
    {
        Read(answerAfter: TimeSpan.Zero, readAfter: TimeSpan.Zero);

        Read(answerAfter: TimeSpan.FromMilliseconds(5), readAfter: TimeSpan.FromMilliseconds(900));

        Distance.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void SlowFirstReading_IsSetRightByTheNext()
    {
        Read(answerAfter: TimeSpan.FromMilliseconds(5), readAfter: TimeSpan.FromSeconds(3));
        Distance.ShouldBe(TimeSpan.FromSeconds(-3));

        Read(answerAfter: TimeSpan.FromMilliseconds(5), readAfter: TimeSpan.FromMilliseconds(1));

        Distance.ShouldBe(TimeSpan.FromMilliseconds(-1));
    }

    [Fact]
    public void ClockOfTheDatabase_ThatWasPutBack_IsFollowed()
    {
        Read(answerAfter: TimeSpan.Zero, readAfter: TimeSpan.Zero);
        _time.Database -= TimeSpan.FromMinutes(10);

        Read(answerAfter: TimeSpan.FromMilliseconds(20), readAfter: TimeSpan.Zero);

        Distance.ShouldBe(TimeSpan.FromMilliseconds(20));
        Read(answerAfter: TimeSpan.Zero, readAfter: TimeSpan.Zero);
        Distance.ShouldBe(TimeSpan.Zero);
    }

    private TimeSpan Distance => _clock.Now - _time.Database;

    private void Read(TimeSpan answerAfter, TimeSpan readAfter)
    {
        var asked = _clock.Ask();
        _time.Pass(answerAfter);
        var answer = _time.Database;
        _time.Pass(readAfter);
        _clock.Learn(answer, asked);
    }

    /// <summary>The timestamps of a machine, and the clock of a database that goes as fast.</summary>
    private sealed class MachineTime : TimeProvider
    {
        private long _timestamp = System.GetTimestamp();

        public DateTimeOffset Database { get; set; } = Start;

        public override long GetTimestamp() => _timestamp;

        public void Pass(TimeSpan time)
        {
            _timestamp += (long)(time.TotalSeconds * TimestampFrequency);
            Database += time;
        }
    }
}
