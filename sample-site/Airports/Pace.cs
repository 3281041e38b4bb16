using System.ComponentModel.DataAnnotations;

namespace SampleSite.Airports;

/// <summary>How fast a sample works: these tables are small, and nobody could watch the progress otherwise.</summary>
public enum Pace
{
    [Display(Name = "Slow enough to watch")]
    Watchable,

    [Display(Name = "As fast as possible")]
    Full,
}

public static class Pacing
{
    /// <summary>The factor by which every rest is longer: <c>--stretch 10</c> gives more time to watch.</summary>
    public static double Stretch { get; set; } = 1;

    /// <summary>How long to rest after each of the steps, so that all of them take about the whole time.</summary>
    public static TimeSpan RestPerStep(this Pace pace, TimeSpan whole, int steps) =>
        pace is Pace.Watchable ? whole * Stretch / Math.Max(steps, 1) : TimeSpan.Zero;
}
