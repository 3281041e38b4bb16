using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>A submission that is run, against the same page with what people would pick instead, on a disk.</summary>
internal static class Alternatives
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync() => [await CompareWithHangfireAsync(), await BullMqSide.CompareAsync()];

    private static async Task<Row> CompareWithHangfireAsync()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Database = Scratch.NewDatabase() });
        await using var rival = await ServerProcess.StartAsync(new ServerOptions { Hangfire = Scratch.NewDatabase() });
        var comparison = await Comparison.RunAsync(Submitting.Of(server, "/Work", 303, runBy: server), Submitting.Of(rival, "/Enqueued", 302, runBy: rival));
        return comparison.ToRow("POST→303 until all have run, SQLite with FULL", "Hangfire.Storage.SQLite", 10);
    }
}
