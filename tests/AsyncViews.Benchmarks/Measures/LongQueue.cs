using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Measures whether a server starts at once, and works through in order, with 100,000 processes in its queue.</summary>
internal static class LongQueue
{
    private const int Many = 100_000;
    private const int Looked = 5000;
    private const int MostMiB = 16;
    private const double LongestStart = 1.1;
    private static readonly TimeSpan Draining = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var (empty, full) = (Scratch.NewDatabase(), Scratch.NewDatabase());
        await MakeAsync(empty);
        await MakeAsync(full);
        Copies.Of(full, "state = 1", Many);

        // A database that somebody else has written was not closed in good order: it is checked as after a crash.
        await (await OpenStore.OpenAsync(full)).DisposeAsync();
        var queued = Copies.IdsOf(full, "state = 1 ORDER BY sequence", 2 * Looked);

        var none = await StartAsync(empty, TimeSpan.FromSeconds(1));
        var many = await StartAsync(full, Draining);
        List<(double Empty, double Full)> starts = [(none.Seconds, many.Seconds)];
        while (starts.Count < Comparison.Rounds)
            starts.Add(((await StartAsync(empty, TimeSpan.FromSeconds(1))).Seconds, (await StartAsync(full, TimeSpan.FromSeconds(1))).Seconds));
        var slower = Comparison.Median(starts.Select(start => start.Full / start.Empty));
        var started = Copies.IdsOf(full, "state IN (2, 3) ORDER BY started, sequence", Looked);
        var displaced = started.Select((id, index) => Math.Abs(Array.IndexOf(queued, id) - index)).DefaultIfEmpty(int.MaxValue).Max();
        var workers = 10 * Environment.ProcessorCount;
        var more = (many.ManagedBytes - none.ManagedBytes) / (double)(1 << 20);
        return
        [
            new Row(
                "start with up to 100,000 queued, until it serves", $"{Comparison.Median(starts.Select(start => start.Full)):0.0} s", $"with an empty queue: {Comparison.Median(starts.Select(start => start.Empty)):0.0} s",
                $"{slower:0.00}", $"≤ {LongestStart:0.00}", slower <= LongestStart),
            new Row("order of its first runs", $"claimed at most {displaced} places away, of {started.Length:N0}", "", "", $"≤ {workers} (workers)", displaced <= workers),
            new Row("managed memory while it works through", $"{more:+0.0;-0.0} MiB", $"against an empty queue; {many.Runs:N0} runs in {Draining.TotalSeconds:0} s", "", $"≤ +{MostMiB} MiB (flat)", more <= MostMiB),
        ];
    }

    private static async Task<(double Seconds, long ManagedBytes, int Runs)> StartAsync(string database, TimeSpan working)
    {
        var began = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Database = database });
        using var client = new HttpClient { BaseAddress = server.Http1 };
        await client.GetStringAsync("/Done");
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.Delay(working);
        var statistics = await server.ReadAsync(collect: true);
        return (seconds, statistics.ManagedBytes, statistics.Runs);
    }

    /// <summary>A store with one process that waits.</summary>
    private static async Task MakeAsync(string database)
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Database = database, Runs = 1 });
        using var person = await Person.ArriveAsync(server.Http1);
        await person.SubmitAsync("/Work", WorkKind.Held, number: 0);
        await server.RunsAsync(1);
        await person.SubmitAsync("/Work", WorkKind.Empty);
    }
}
