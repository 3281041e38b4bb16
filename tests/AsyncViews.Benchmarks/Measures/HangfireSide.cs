using System.Collections.Concurrent;
using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using Hangfire;
using Hangfire.PostgreSql;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The same work for Hangfire on the same database, with two servers of as many workers in this process.</summary>
public static class HangfireSide
{
    private const int Callers = 32;
    private const int Workers = 20;
    private const int Drained = 2000;
    private const int Started = 400;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly ConcurrentQueue<double> Starts = new();

    internal static async Task<IReadOnlyList<Row>> MeasureAsync(FarmDatabase database)
    {
        var storage = new PostgreSqlStorage(new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(database.ConnectionString, new PostgreSqlStorageOptions()), new PostgreSqlStorageOptions());
        var client = new BackgroundJobClient(storage);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() =>
        {
            for (var number = caller; number < Drained; number += Callers)
                client.Enqueue(() => Run(0));
        })));
        var enqueued = Drained / Stopwatch.GetElapsedTime(began).TotalSeconds;

        began = Stopwatch.GetTimestamp();
        using var one = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers, ServerName = "one" }, storage);
        using var other = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers, ServerName = "other" }, storage);
        await StartedAsync(Drained);
        var drained = Drained / Stopwatch.GetElapsedTime(began).TotalSeconds;

        Starts.Clear();
        began = Stopwatch.GetTimestamp();
        for (var number = 0; number < Started; number++)
        {
            if (number * Interval - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } wait)
                await Task.Delay(wait);
            var sent = Stopwatch.GetTimestamp();
            client.Enqueue(() => Run(sent));
        }

        await StartedAsync(Started);
        return
        [
            Row.Report("enqueue, 32 callers", $"Hangfire.PostgreSql: {enqueued:N0}/s"),
            Row.Report("2,000 empty jobs on two servers", $"Hangfire.PostgreSql: {drained:N0}/s"),
            Row.Report("enqueue → first line, at most 100 a second", $"Hangfire.PostgreSql: p50 {Comparison.Median(Starts):0.0} ms, p99 {Comparison.Quantile(Starts, 0.99):0.0} ms"),
        ];
    }

    /// <summary>The job. Hangfire calls it by its name, so it is public.</summary>
    public static void Run(long sent) => Starts.Enqueue(sent == 0 ? 0 : Stopwatch.GetElapsedTime(sent).TotalMilliseconds);

    private static async Task StartedAsync(int count)
    {
        for (var began = Stopwatch.GetTimestamp(); Starts.Count < count; await Task.Delay(5))
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"Only {Starts.Count} of {count} jobs have begun.");
        }
    }
}
