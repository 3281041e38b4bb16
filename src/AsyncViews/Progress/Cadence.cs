namespace AsyncViews.Progress;

/// <summary>How often a waiting page asks: often at first, seldom once the wait is long.</summary>
internal static class Cadence
{
    private static readonly (TimeSpan Until, TimeSpan Interval)[] Bands =
    [
        (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)),
        (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(2)),
        (TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5)),
        (TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(10)),
        (TimeSpan.MaxValue, TimeSpan.FromSeconds(30)),
    ];

    public static int BandAt(TimeSpan elapsed) => Array.FindIndex(Bands, band => elapsed < band.Until);

    public static TimeSpan IntervalOf(int band) => Bands[band].Interval;

    /// <summary>The interval of a page that shows several processes: a list may be a little late.</summary>
    public static TimeSpan IntervalOfSeveral(int band) => IntervalOf(Math.Max(band, 1));

    /// <summary>10 % more or less, so that pages which a restart has thrown together do not come back as one.</summary>
    public static TimeSpan Jittered(TimeSpan interval) => interval * (0.9 + (Random.Shared.NextDouble() * 0.2));
}
