using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>A submission that is run, against the same page with what people would pick instead, on the same kind of storage.</summary>
internal static class Alternatives
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync() =>
    [
        await CompareAsync(new ServerOptions(), new ServerOptions { Hangfire = ServerOptions.HangfireInMemory }, "Hangfire.InMemory", 1),
        await CompareAsync(new ServerOptions { Database = Scratch.NewDatabase() }, new ServerOptions { Hangfire = Scratch.NewDatabase() }, "Hangfire.Storage.SQLite", 10),
        await BullMqSide.CompareAsync(),
    ];

    private static async Task<Row> CompareAsync(ServerOptions ours, ServerOptions theirs, string other, double toReach)
    {
        await using var server = await ServerProcess.StartAsync(ours);
        await using var rival = await ServerProcess.StartAsync(theirs);
        var comparison = await Comparison.RunAsync(Submitting.Of(server, "/Work", 303, runBy: server), Submitting.Of(rival, "/Enqueued", 302, runBy: rival));
        return comparison.ToRow($"POST→303 until all have run, {(ours.Database is null ? "in memory" : "SQLite with FULL")}", other, toReach);
    }
}
