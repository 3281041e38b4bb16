using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>One kind of request for a while, for a profiler that is attached to the server.</summary>
internal static class Profiled
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string what)
    {
        Scratch.Make();
        try
        {
            if (what == "jobs")
            {
                Console.WriteLine($"They run in process {Environment.ProcessId}.");
                await Scheduling.RunForAsync(Duration);
                return 0;
            }

            await using var server = await StartAsync(what);
            var side = await SideOfAsync(server, what);
            await side.WarmUpAsync(Comparison.Clients);
            Console.WriteLine($"The server is process {server.Id}.");
            var round = await side.LoadAsync(Comparison.Clients, Duration);
            Console.WriteLine($"{round.Rate:N0}/s, {round.Cpu:0.000} ms, {round.Allocated / 1024:0.0} KiB a request");
            return 0;
        }
        finally
        {
            Scratch.Remove();
        }
    }

    /// <summary>One kind of request to this build and to another, in alternating rounds.</summary>
    /// <param name="program">The benchmark program of the other build.</param>
    /// <param name="what">The kinds of request.</param>
    public static async Task<int> CompareAsync(string program, string[] what)
    {
        Scratch.Make();
        try
        {
            foreach (var kind in what)
            {
                await using var here = await StartAsync(kind);
                await using var there = await StartAsync(kind, program);
                var both = await Comparison.RunAsync(await SideOfAsync(here, kind), await SideOfAsync(there, kind));
                Console.WriteLine(
                    $"{kind}: {both.Rate:N0}/s against {both.OtherRate:N0}/s ({both.Ratio:0.00}), {both.Cpu:0.000} ms against {both.OtherCpu:0.000} ({1 / both.CpuRatio:0.00}), " +
                    $"{both.Allocated / 1024:0.0} KiB against {both.OtherAllocated / 1024:0.0}");
            }

            return 0;
        }
        finally
        {
            Scratch.Remove();
        }
    }

    /// <summary>Tells whether what is submitted is run as well, and not only accepted.</summary>
    private static bool IsRun(string what) => what.EndsWith("replay", StringComparison.Ordinal);

    private static Task<ServerProcess> StartAsync(string what, string? program = null) => ServerProcess.StartAsync(new ServerOptions
    {
        Runs = IsRun(what) ? null : 1,
        Database = what.StartsWith("durable", StringComparison.Ordinal) ? Scratch.NewDatabase() : null,
    }, program);

    private static async Task<Side> SideOfAsync(ServerProcess server, string what)
    {
        using var person = await Person.ArriveAsync(server.Http1);
        var completed = Polling.Completed(await person.SubmitAsync("/Work", IsRun(what) ? WorkKind.Empty : WorkKind.Held));
        await server.RunsAsync(1);
        var poll = person.Get(completed, what == "json" ? Polling.Json : Polling.Htmx);
        return what switch
        {
            "plain" => Submitting.Of(server, "/Plain", 302),
            "poll" or "json" => Side.Of(server, 200, _ => () => poll),
            _ => Submitting.Of(server, "/Work", 303, runBy: IsRun(what) ? server : null),
        };
    }
}
