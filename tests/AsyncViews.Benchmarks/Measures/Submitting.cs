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

    private static Row Report(Comparison comparison, string other) =>
        comparison.ToRow("the same", other, 0) with { ToReach = "", Reached = null };
}
