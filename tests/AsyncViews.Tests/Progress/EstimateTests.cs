using AsyncViews.Progress;

namespace AsyncViews.Tests.Progress;

public class EstimateTests
{
    /// <summary>How far a shown estimate may be from the truth before it counts as a wrong one.</summary>
    private const double Tolerance = 1.6;

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(nameof(RecordedRuns.Steady), 0.7, 0.95)]
    [InlineData(nameof(RecordedRuns.LateStart), 0.4, 0.95)]
    [InlineData(nameof(RecordedRuns.TwoPhases), 0.3, 0.8)]
    [InlineData(nameof(RecordedRuns.Slowing), 0.2, 0.7)]
    [InlineData(nameof(RecordedRuns.Jumps), 0, 0)]
    public void Remaining_OverARecordedRun_IsShownWhereItCanBeTrusted(string run, double leastShown, double mostShown)
    {
        var recorded = (Measurement[])typeof(RecordedRuns).GetProperty(run)!.GetValue(null)!;
        var end = recorded[^1].At + TimeSpan.FromSeconds(1);

        var shown = Replay(recorded).Where(moment => moment.Estimate is not null).ToArray();

        ((double)shown.Length / recorded.Length).ShouldBeInRange(leastShown, mostShown, $"{shown.Length} of {recorded.Length} shown");
        var wrong = shown.Count(moment => IsWrong(moment.Estimate!.Value, end - moment.At));
        wrong.ShouldBeLessThanOrEqualTo(shown.Length / 4, $"{wrong} of {shown.Length} shown were wrong");
    }

    [Fact]
    public async Task Durations_OfRunsThatEndAtOnce_AreAllKept()
    {
        const int ends = 4;
        var type = ProcessType.OfPage("/Report");
        for (var round = 0; round < 500; round++)
        {
            var history = new RunHistory();
            using var together = new Barrier(ends);

            await Task.WhenAll(Enumerable.Range(1, ends).Select(seconds => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    history.Add(type, TimeSpan.FromSeconds(seconds));
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            history.Of(type).ShouldBe(Enumerable.Range(1, ends).Select(seconds => TimeSpan.FromSeconds(seconds)));
        }
    }

    [Fact]
    public void Remaining_WhileARunStalls_IsNotShown()
    {
        var moments = Replay(RecordedRuns.Stall).ToArray();

        moments.Where(moment => moment.At.TotalSeconds is > 30 and < 80).ShouldAllBe(moment => moment.Estimate != null);
        moments.Where(moment => moment.At.TotalSeconds is > 92 and < 141).ShouldAllBe(moment => moment.Estimate == null);
    }

    [Theory]
    [InlineData(10, 10, 90)]
    [InlineData(25, 60, 180)]
    [InlineData(90, 60, 10)]
    [InlineData(50, 3600, 3600)]
    public void Remaining_AtASteadyPace_IsInProportionToWhatIsDone(double percent, int seconds, double expected) =>
        RemainingOf(TimeSpan.FromSeconds(seconds), Steady(percent, seconds), []).ShouldBe(TimeSpan.FromSeconds(expected));

    [Theory]
    [InlineData(9.9, 60)]
    [InlineData(50.0, 9)]
    public void Remaining_OfARunThatHasHardlyBegun_IsUnknown(double percent, int seconds) =>
        RemainingOf(TimeSpan.FromSeconds(seconds), Steady(percent, seconds), []).ShouldBeNull();

    [Theory]
    [InlineData("30 31 32 33 34", 10, 25)]
    [InlineData("30 31 32 33 34", 31, 5)]
    [InlineData("30 31 32 33 34", 32, null)]
    [InlineData("30 31 32 33", 10, null)]
    [InlineData("5 20 40 80 200", 10, null)]
    [InlineData("1 30 31 32 33 34 300", 2, 30)]
    [InlineData("4 4 4 4 4", 1, null)]
    [InlineData("5 5 5 5 5", 1, 5)]
    [InlineData("20 20 25 30 30", 10, 15)]
    [InlineData("20 20 25 31 31", 10, null)]
    public void Remaining_WithoutAMeasurement_IsThatOfEarlierRunsWhereTheyAgree(string history, int elapsed, int? expected) =>
        RemainingOf(TimeSpan.FromSeconds(elapsed), [], [.. history.Split(' ').Select(seconds => TimeSpan.FromSeconds(int.Parse(seconds)))])
            .ShouldBe(expected is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    [Theory]
    [InlineData(20, 10, 10, 10)]
    [InlineData(20, 10, 11, null)]
    [InlineData(10, 20, 9, 5)]
    [InlineData(10, 20, 10, null)]
    public void Remaining_IsShown_UpToTheEndAndAsLongAsItIsTrusted(int end, int until, int now, int? expected) =>
        Estimate.RemainingOf(new ProcessEstimate(Start.AddSeconds(end), Start.AddSeconds(until)), Start.AddSeconds(now)).ShouldBe(expected is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>A step of the half that counts, or a tenth of the time without one, more or less.</summary>
    [Theory]
    [InlineData(100, "10 20 30 40 50 60 70 80 90 100", "5 10 15 20 25 30 35 40 45 50", 120)]
    [InlineData(100, "10 20 30 40 50 60 70 80 100", "5 10 15 20 25 30 35 40 50", null)]
    [InlineData(100, "10 20 30 40 50 60 65 70 80 90", "5 10 15 20 25 30 32 35 40 45", 150)]
    [InlineData(101, "10 20 30 40 50 60 65 70 80 90", "5 10 15 20 25 30 32 35 40 45", null)]
    [InlineData(100, "10 20 30 40 50 60 70 80 90 100", "2 4 12 20 20 25 30 35 40 45", 120)]
    public void Remaining_OfFewSteps_IsShownFromFiveInTheLastHalf(int elapsed, string times, string percents, int? expected)
    {
        Measurement[] trail = [.. times.Split(' ').Zip(percents.Split(' '), (at, percent) => new Measurement(TimeSpan.FromSeconds(int.Parse(at)), int.Parse(percent)))];

        RemainingOf(TimeSpan.FromSeconds(elapsed), trail, []).ShouldBe(expected is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    [Fact]
    public void History_OfAPage_KeepsItsLastRunsAndNoOthers()
    {
        var history = new RunHistory();
        for (var i = 1; i <= 30; i++)
            history.Add(ProcessType.OfPage("/A"), TimeSpan.FromSeconds(31 - i));
        history.Add(ProcessType.OfPage("/B"), TimeSpan.FromHours(1));

        history.Of(ProcessType.OfPage("/A")).ShouldBe(Enumerable.Range(1, 20).Select(seconds => TimeSpan.FromSeconds(seconds)));
        history.Of(ProcessType.OfPage("/C")).ShouldBeEmpty();
    }

    [Fact]
    public void Trail_OfALongRun_KeepsItsShapeInLittleMemory()
    {
        var trail = new ProgressTrail();
        for (var second = 0; second <= 100_000; second++)
            trail.Add(TimeSpan.FromSeconds(second), second / 1000d);

        var kept = trail.Read();
        kept.Count.ShouldBeLessThanOrEqualTo(64);
        kept[^1].ShouldBe(new Measurement(TimeSpan.FromSeconds(100_000), 100));
        kept.ShouldAllBe(measurement => measurement.Percent == measurement.At.TotalSeconds / 1000);
        kept.Zip(kept.Skip(1)).Max(pair => pair.Second.At - pair.First.At).ShouldBeLessThan(TimeSpan.FromSeconds(10_000));
    }

    [Fact]
    public void Trail_OfWorkThatBeginsAnew_ForgetsWhatWasBefore()
    {
        var trail = new ProgressTrail();
        trail.Add(TimeSpan.FromSeconds(1), 80);
        trail.Add(TimeSpan.FromSeconds(2), 10);

        trail.Read().ShouldBe([new Measurement(TimeSpan.FromSeconds(2), 10)]);
    }

    /// <summary>The messages at each moment of a run, which foretells its end with each report.</summary>
    private static IEnumerable<(TimeSpan At, TimeSpan? Estimate)> Replay(Measurement[] run)
    {
        var trail = new ProgressTrail();
        ProcessEstimate? foretold = null;
        foreach (var (at, percent) in run)
        {
            if (trail.Read() is not [.., var last] || percent != last.Percent)
            {
                trail.Add(at, percent);
                foretold = Estimate.Of(Start, at, trail.Read(), []);
            }

            yield return (at, Estimate.RemainingOf(foretold, Start + at));
        }
    }

    private static TimeSpan? RemainingOf(TimeSpan elapsed, IReadOnlyList<Measurement> trail, IReadOnlyList<TimeSpan> history) =>
        Estimate.RemainingOf(Estimate.Of(Start, elapsed, trail, history), Start + elapsed);

    private static bool IsWrong(TimeSpan estimate, TimeSpan truth) =>
        estimate > (truth * Tolerance) + Slack || truth > (estimate * Tolerance) + Slack;

    private static Measurement[] Steady(double percent, int seconds) =>
        [.. Enumerable.Range(0, 41).Select(step => new Measurement(TimeSpan.FromSeconds(seconds * step / 40d), percent * step / 40))];
}
