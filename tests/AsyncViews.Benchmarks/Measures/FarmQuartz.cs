using AsyncViews.Benchmarks.Load;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>A farm with Quartz, each figure beside that of nodes that take their work from the store.</summary>
internal static class FarmQuartz
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync() =>
    [
        .. await FarmDatabase.WithAsync(SubmitAsync, quartz: true),
        .. await CompareAsync(Farm.StartAsync),
        .. await CompareAsync(Farm.DrainAsync),
    ];

    private static async Task<IReadOnlyList<Row>> SubmitAsync(FarmDatabase database)
    {
        await using var web = await database.StartNodeAsync(NodeRole.Web);
        return [(await Comparison.RunAsync(Submitting.Of(web, "/Work", 303), Submitting.Of(web, "/Scheduled", 302)))
            .ToRow("with Quartz: POST→303, run by nobody", "a page that schedules a raw Quartz job in the same database", 0.9)];
    }

    private static async Task<IEnumerable<Row>> CompareAsync(Func<FarmDatabase, Task<IReadOnlyList<Row>>> measure)
    {
        var without = await FarmDatabase.WithAsync(measure);
        var with = await FarmDatabase.WithAsync(measure, quartz: true);
        return with.Zip(without, (row, other) => row with { Measure = $"with Quartz: {row.Measure}", Other = $"without: {other.Figure}" });
    }
}
