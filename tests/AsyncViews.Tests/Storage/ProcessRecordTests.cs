using AsyncViews.Storage;

namespace AsyncViews.Tests.Storage;

public class ProcessRecordTests
{
    /// <summary>Another node, whose clock is ahead, has found it due.</summary>
    [Theory]
    [InlineData(-3, 0)]
    [InlineData(5, 5)]
    public void Status_OfARunThatBeganByASlowerClock_SaysThatItBeganOnTime(int milliseconds, int shown)
    {
        var due = new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero);
        var record = new ProcessRecord
        {
            Id = ProcessId.New(),
            Type = ProcessType.OfPage("/Work"),
            Owner = "ann",
            Sequence = 1,
            State = ProcessState.Running,
            CreatedAt = due.AddMinutes(-1),
            Terms = new RunTerms { NotBefore = due },
            StartedAt = due.AddMilliseconds(milliseconds),
        };

        record.ToStatus().StartedAt.ShouldBe(due.AddMilliseconds(shown));
    }
}
