using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The cost of a POST against one that does nothing, and against what one would write instead.</summary>
internal static class Submitting
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        List<Row> rows = [];
        await using (var held = await ServerProcess.StartAsync(new ServerOptions { Runs = 1 }))
        {
            using var first = await Person.ArriveAsync(held.Http1);
            await first.SubmitAsync("/Work", WorkKind.Held, number: 0);
            await held.RunsAsync(1);
            rows.Add((await Comparison.RunAsync(Of(held, "/Work", 303), Of(held, "/Plain", 302)))
                .ToRow("POST→303, in memory, workers held", "synchronous empty handler", 0.8));
        }

        await using var server = await ServerProcess.StartAsync(new ServerOptions());
        rows.Add((await Comparison.RunAsync(Of(server, "/Work", 303, runBy: server), Of(server, "/Plain", 302)))
            .ToRow("POST→303, workers run empty handlers, until all have run", "synchronous empty handler", 0.4));
        rows.Add(Report(await Comparison.RunAsync(Of(server, "/Work", 303, runBy: server), Of(server, "/Documented", 302, runBy: server)), "channel + BackgroundService"));
        rows.Add(Report(await Comparison.RunAsync(Of(server, "/Work", 303, runBy: server), Of(server, "/Scheduled", 302, runBy: server)), "raw Quartz job in memory"));

        // A server of its own, with as many workers: its threads would be in the way of the others.
        await using var hangfire = await ServerProcess.StartAsync(new ServerOptions { Hangfire = ServerOptions.HangfireInMemory });
        var (ours, theirs) = (Of(server, "/Work", 303, runBy: server), Of(hangfire, "/Enqueued", 302, runBy: hangfire));
        rows.Add(OfCpu(await Comparison.RunAsync(ours, theirs), "executed: processor time", 0.6));
        using var busy = new BusyCore();
        rows.Add(OfCpu(await Comparison.RunAsync(ours, theirs), "the same, one core kept busy by another program", 0.8));
        return rows;
    }

    /// <summary>32 people who submit one after the other.</summary>
    public static Side Of(ServerProcess server, string path, int status, ServerProcess? runBy = null) => new(
        server, status, async _ =>
        {
            using var person = await Person.ArriveAsync(server.Http1);
            return person.Posts(path, WorkKind.Empty);
        })
    {
        RunBy = runBy,
    };

    private static Row OfCpu(Comparison comparison, string measure, double most) => new(
        measure,
        $"{comparison.Cpu:0.00} ms ({comparison.Rate:N0}/s)",
        $"Hangfire.InMemory: {comparison.OtherCpu:0.00} ms ({comparison.OtherRate:N0}/s)",
        $"{1 / comparison.CpuRatio:0.00} ({comparison.Ratio:0.00})",
        $"≤ {most:0.00}",
        1 / comparison.CpuRatio <= most);

    private static Row Report(Comparison comparison, string other) =>
        comparison.ToRow("the same", other, 0) with { ToReach = "", Reached = null };
}
