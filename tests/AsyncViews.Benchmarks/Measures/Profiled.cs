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

            await using var server = await ServerProcess.StartAsync(new ServerOptions
            {
                Runs = what == "replay" ? null : 1,
                Database = what == "durable" ? Scratch.NewDatabase() : null,
            });
            using var person = await Person.ArriveAsync(server.Http1);
            var completed = Polling.Completed(await person.SubmitAsync("/Work", what == "replay" ? WorkKind.Empty : WorkKind.Held));
            await server.RunsAsync(1);
            var poll = person.Get(completed, what == "json" ? Polling.Json : Polling.Htmx);
            var side = what switch
            {
                "plain" => Submitting.Of(server, "/Plain", 302),
                "poll" or "json" => Side.Of(server, 200, _ => () => poll),
                _ => Submitting.Of(server, "/Work", 303, runBy: what == "replay" ? server : null),
            };
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
}
