using AsyncViews.Benchmarks.Load;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>How long a small write waits while a gigabyte of results in the database expires.</summary>
internal static class Expiry
{
    private const int Results = 17_000;
    private const int ResultBytes = 60 * 1024;
    private const double Longest = 100;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var store = await OpenStore.OpenAsync(Scratch.NewDatabase());
        await store.FillAsync(Results, ResultBytes);
        var (removed, longest, median, took) = await store.SweepBesideWritesAsync();
        return
        [
            new Row(
                $"the longest wait of a small write while {removed:N0} results of 60 KiB expire, SQLite with FULL", $"{longest:0} ms", $"the median of them: {median:0.0} ms",
                "", $"≤ {Longest:0} ms", longest <= Longest),
            Row.Report("the sweep of these", $"{took.TotalSeconds:0.0} s"),
        ];
    }
}
