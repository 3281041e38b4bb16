using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The cost of being on the disk before the answer, and the gain of committing together.</summary>
internal static class Durability
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var memory = await StartAsync(new ServerOptions());
        await using var durable = await StartAsync(new ServerOptions { Database = Scratch.NewDatabase() });
        await using var alone = await StartAsync(new ServerOptions { Database = Scratch.NewDatabase(), OneAtATime = true });
        var toMemory = await Comparison.RunAsync(Submitting.Of(durable, "/Work", 303), Submitting.Of(memory, "/Work", 303));
        var toAlone = await Comparison.RunAsync(Submitting.Of(durable, "/Work", 303), Submitting.Of(alone, "/Work", 303));
        return
        [
            toMemory.ToRow("POST→303, SQLite with FULL, workers held", "in memory", 0.75),
            Row.Report("gain of committing together", $"{toAlone.Rate:N0}/s", $"one transaction a request: {toAlone.OtherRate:N0}/s", $"{toAlone.Ratio:0.00}"),
        ];
    }

    /// <summary>With its only worker held.</summary>
    private static async Task<ServerProcess> StartAsync(ServerOptions options)
    {
        var server = await ServerProcess.StartAsync(options with { Runs = 1 });
        using var first = await Person.ArriveAsync(server.Http1);
        await first.SubmitAsync("/Work", WorkKind.Held, number: 0);
        await server.RunsAsync(1);
        return server;
    }
}
