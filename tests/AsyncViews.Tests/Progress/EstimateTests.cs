using AsyncViews.Progress;

namespace AsyncViews.Tests.Progress;

public class EstimateTests
{
    private static readonly DateTimeOffset Started = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 10, 90)]
    [InlineData(25, 60, 180)]
    [InlineData(100, 60, 0)]
    public void Remaining_OfARun_IsInProportionToWhatIsDone(double percent, int seconds, double expected) =>
        Estimate.RemainingOf(Status(ProcessState.Running, percent, Started), Started.AddSeconds(seconds)).ShouldBe(TimeSpan.FromSeconds(expected));

    [Theory]
    [InlineData(9.9, 60)]
    [InlineData(50.0, 9)]
    [InlineData(null, 60)]
    public void Remaining_OfARunThatHasHardlyBegunOrMeasuresNothing_IsUnknown(double? percent, int seconds) =>
        Estimate.RemainingOf(Status(ProcessState.Running, percent, Started), Started.AddSeconds(seconds)).ShouldBeNull();

    [Theory]
    [InlineData(ProcessState.Queued)]
    [InlineData(ProcessState.Succeeded)]
    public void Remaining_OfWhatDoesNotRun_IsUnknown(ProcessState state) =>
        Estimate.RemainingOf(Status(state, 50, Started), Started.AddMinutes(1)).ShouldBeNull();

    private static ProcessStatus Status(ProcessState state, double? percent, DateTimeOffset? started) => new()
    {
        Id = ProcessId.New(),
        State = state,
        Version = 1,
        CreatedAt = Started,
        StartedAt = started,
        Progress = new ProcessProgress(percent),
    };
}
