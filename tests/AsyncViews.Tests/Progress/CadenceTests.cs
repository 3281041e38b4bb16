using AsyncViews.Progress;

namespace AsyncViews.Tests.Progress;

public class CadenceTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(9.9, 1)]
    [InlineData(10, 2)]
    [InlineData(59.9, 2)]
    [InlineData(60, 5)]
    [InlineData(299.9, 5)]
    [InlineData(300, 10)]
    [InlineData(1799.9, 10)]
    [InlineData(1800, 30)]
    [InlineData(86_400 * 365, 30)]
    [InlineData(-5, 1)]
    public void Interval_ByElapsedTime_GrowsInSteps(double elapsedSeconds, double intervalSeconds) =>
        Cadence.IntervalOf(Cadence.BandAt(TimeSpan.FromSeconds(elapsedSeconds))).ShouldBe(TimeSpan.FromSeconds(intervalSeconds));
}
