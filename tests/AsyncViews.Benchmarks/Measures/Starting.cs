using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>How long after the submission its run comes to its first line, at 100 submissions a second.</summary>
internal static class Starting
{
    private const int Seconds = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        List<Row> rows = [];
        await using (var memory = await ServerProcess.StartAsync(new ServerOptions()))
        {
            await Submitting.Of(memory, "/Work", 303, runBy: memory).WarmUpAsync(1);
            var (ours, documented, scheduled) = (await LoadAsync(memory, "/Work"), await LoadAsync(memory, "/Documented"), await LoadAsync(memory, "/Scheduled"));
            rows.Add(Describe("submit → first line of RunAsync, 100 a second, in memory", ours, "channel + BackgroundService", documented));
            rows.Add(Describe("the same", ours, "raw Quartz job in memory", scheduled) with { ToReach = "", Reached = null });
        }

        await using var durable = await ServerProcess.StartAsync(new ServerOptions { Database = Scratch.NewDatabase() });
        await Submitting.Of(durable, "/Work", 303, runBy: durable).WarmUpAsync(1);
        rows.Add(Describe("submit → first line, SQLite with FULL (one sync on the way)", await LoadAsync(durable, "/Work"), "", null, longest: 1.5));
        return rows;
    }

    /// <summary>An open loop: each submission goes out when it is time, whatever became of the last.</summary>
    /// <param name="server">Takes the submissions.</param>
    /// <param name="path">The page.</param>
    /// <param name="worker">Runs them; null for the same.</param>
    public static async Task<double[]> LoadAsync(ServerProcess server, string path, ServerProcess? worker = null)
    {
        worker ??= server;
        using var person = await Person.ArriveAsync(server.Http1);
        await worker.TakeLatenciesAsync();
        var before = (await worker.ReadAsync()).Runs;
        List<Task> sent = [];
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; number < Seconds * 100; number++)
        {
            if (number * Interval - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } wait)
                await Task.Delay(wait);
            sent.Add(person.SubmitAsync(path, WorkKind.Empty));
        }

        await Task.WhenAll(sent);
        await worker.RunsAsync(before + sent.Count);
        return await worker.TakeLatenciesAsync();
    }

    private static Row Describe(string measure, double[] ours, string other, double[]? theirs, double longest = 2)
    {
        var (p50, p99) = (Comparison.Median(ours), Comparison.Quantile(ours, 0.99));
        return new Row(
            measure, $"p50 {p50:0.0} ms, p99 {p99:0.0} ms",
            theirs is null ? "" : $"{other}: p50 {Comparison.Median(theirs):0.0} ms, p99 {Comparison.Quantile(theirs, 0.99):0.0} ms",
            theirs is null ? "" : $"p50 {p50 / Comparison.Median(theirs):0.00}", $"p50 ≤ {longest:0.#} ms, p99 ≤ 20 ms", p50 <= longest && p99 <= 20);
    }
}
