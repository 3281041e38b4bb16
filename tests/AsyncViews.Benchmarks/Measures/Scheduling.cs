using System.Collections.Concurrent;
using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>How fast jobs are accepted and run on SQLite, and what a burst of them does to the memory and to their order.</summary>
internal static class Scheduling
{
    private const int Callers = 32;
    private const int Accepted = 30_000;

    /// <summary>After so many the code is compiled as well as it will be.</summary>
    private const int WarmUp = 20_000;
    private const int Burst = 100_000;
    private const int Priorities = 10;
    private const int MostMiB = 16;
    private const double ToAccept = 12_000, ToRun = 8000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        List<Row> rows = [];
        double held, inMemory;
        await using (var site = await StartAsync(Scratch.NewDatabase(), workers: 1))
            held = await AcceptHeldAsync(site);
        await using (var site = await StartAsync(null, workers: 1))
            inMemory = await AcceptHeldAsync(site);
        rows.Add(new Row("schedule jobs, SQLite with FULL, 32 callers", $"{held:N0}/s", $"in memory: {inMemory:N0}/s", $"{held / inMemory:0.00}", $"≥ {ToAccept:N0}/s", held >= ToAccept));

        await using (var site = await StartAsync(Scratch.NewDatabase(), workers: null))
        {
            await RunAsync(site, WarmUp);
            var rate = await RunAsync(site, Accepted);
            rows.Add(new Row("schedule and run empty jobs, SQLite, end to end", $"{rate:N0}/s", "", "", $"≥ {ToRun:N0}/s", rate >= ToRun));
        }

        await using (var site = await StartAsync(Scratch.NewDatabase(), workers: null))
            rows.AddRange(await DrainAsync(site));
        return rows;
    }

    /// <summary>Schedules and runs empty jobs for a while, in this process, for a profiler that is attached to it.</summary>
    public static async Task RunForAsync(TimeSpan duration)
    {
        await using var site = await StartAsync(Scratch.NewDatabase(), workers: null);
        await RunAsync(site, WarmUp);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < duration;)
            Console.WriteLine($"{await RunAsync(site, Accepted / 3):N0}/s");
    }

    private static async Task<WebApplication> StartAsync(string? database, int? workers)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRazorPages();
        builder.Services.AddSingleton<RunGate>();
        builder.Services.AddSingleton<ConcurrentQueue<int>>();
        var asyncViews = builder.Services.AddAsyncViews(new ServerOptions { Runs = workers }.Apply).AddJob<NumberedJob>("numbered");
        if (database is not null)
            asyncViews.UseSqlite($"Data Source={database}");
        var site = builder.Build();
        await site.StartAsync();
        return site;
    }

    /// <summary>With its only worker held.</summary>
    private static async Task<double> AcceptHeldAsync(WebApplication site)
    {
        await HoldAsync(site, 1);
        await ScheduleAsync(site, WarmUp, _ => 5);
        var began = Stopwatch.GetTimestamp();
        await ScheduleAsync(site, Accepted, _ => 5);
        return Accepted / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> RunAsync(WebApplication site, int count)
    {
        var runs = site.Services.GetRequiredService<ConcurrentQueue<int>>();
        runs.Clear();
        var began = Stopwatch.GetTimestamp();
        await ScheduleAsync(site, count, _ => 5);
        await RunsAsync(runs, count);
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<IReadOnlyList<Row>> DrainAsync(WebApplication site)
    {
        var workers = 10 * Environment.ProcessorCount;
        var runs = site.Services.GetRequiredService<ConcurrentQueue<int>>();
        await HoldAsync(site, workers);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await ScheduleAsync(site, Burst, number => number % Priorities);
        var more = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(1 << 20);

        runs.Clear();
        var began = Stopwatch.GetTimestamp();
        site.Services.GetRequiredService<RunGate>().Open(0);
        await RunsAsync(runs, Burst);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;

        // In each place of the order stands the priority that belongs there, but for as many as run at once.
        var started = runs.ToArray();
        var misplaced = Enumerable.Range(0, Burst).Count(place => started[place] != Priorities - 1 - (place / (Burst / Priorities)));
        var allowed = 2 * workers * (Priorities - 1);
        return
        [
            new Row("a burst of 100,000 jobs: managed memory while they wait", $"{more:+0.0;-0.0} MiB", "", "", $"≤ +{MostMiB} MiB (flat)", more <= MostMiB),
            new Row("the same: order in which they start", $"{misplaced} not in the place of their priority", $"{workers} run at once, {Priorities} priorities", "", $"≤ {allowed}", misplaced <= allowed),
            Row.Report("the same: drained", $"{Burst / seconds:N0}/s"),
        ];
    }

    /// <summary>Holds so many workers at the gate.</summary>
    private static async Task HoldAsync(WebApplication site, int workers)
    {
        var scheduler = site.Services.GetRequiredService<IJobScheduler>();
        var runs = site.Services.GetRequiredService<ConcurrentQueue<int>>();
        for (var number = 0; number < workers; number++)
            await scheduler.ScheduleAsync(new Numbered(number, 100, Held: true), new ScheduleOptions { Priority = 100 });
        await RunsAsync(runs, workers);
    }

    private static Task ScheduleAsync(WebApplication site, int count, Func<int, int> priorityOf)
    {
        var scheduler = site.Services.GetRequiredService<IJobScheduler>();
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
                await scheduler.ScheduleAsync(new Numbered(number, priorityOf(number), Held: false), new ScheduleOptions { Priority = priorityOf(number) });
        })));
    }

    private static async Task RunsAsync(ConcurrentQueue<int> runs, int count)
    {
        var began = Stopwatch.GetTimestamp();
        while (runs.Count < count)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"Only {runs.Count} of {count} runs have begun.");
            await Task.Delay(5);
        }
    }

    private sealed record Numbered(int Number, int Priority, bool Held);

    /// <summary>Notes that it runs, and with what priority.</summary>
    private sealed class NumberedJob(ConcurrentQueue<int> runs, RunGate gate) : IJob<Numbered>
    {
        public Task RunAsync(Numbered args, ProcessContext process, CancellationToken cancellationToken)
        {
            runs.Enqueue(args.Priority);
            return args.Held ? gate.PassAsync(0, cancellationToken) : Task.CompletedTask;
        }
    }
}
