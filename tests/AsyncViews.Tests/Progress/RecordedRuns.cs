using AsyncViews.Progress;

namespace AsyncViews.Tests.Progress;

/// <summary>Runs as they report: seconds and percent, at the end 100.</summary>
internal static class RecordedRuns
{
    /// <summary>An import: rows of much the same cost, with the unevenness of a busy machine.</summary>
    public static Measurement[] Steady => Record(120, (seconds, _) => (100 * seconds / 120) + (0.3 * Math.Sin(seconds)));

    /// <summary>Ten seconds of opening and checking before the first row.</summary>
    public static Measurement[] LateStart => Record(100, (seconds, _) => Math.Max(0, 100 * (seconds - 10) / 90));

    /// <summary>Reading is counted to 50 % and takes 10 s; writing takes the other 90.</summary>
    public static Measurement[] TwoPhases => Record(100, (seconds, _) => seconds < 10 ? 5 * seconds : 50 + (50 * (seconds - 10) / 90));

    /// <summary>At 90 % it waits a minute for a lock.</summary>
    public static Measurement[] Stall => Record(150, (seconds, _) => seconds < 81 ? 90 * seconds / 81 : seconds < 141 ? 90 : 90 + (10 * (seconds - 141) / 9));

    /// <summary>A sort: every row costs more than the one before.</summary>
    public static Measurement[] Slowing => Record(200, (_, done) => 100 * Math.Sqrt(done));

    /// <summary>Four files of very different size, each counted as a quarter.</summary>
    public static Measurement[] Jumps => Record(100, (seconds, _) => seconds < 5 ? 0 : seconds < 12 ? 25 : seconds < 80 ? 50 : 75);

    private static Measurement[] Record(int seconds, Func<double, double, double> percent) =>
        [.. Enumerable.Range(0, seconds).Select(second => new Measurement(TimeSpan.FromSeconds(second), Math.Clamp(percent(second, (double)second / seconds), 0, 99.9)))];
}
