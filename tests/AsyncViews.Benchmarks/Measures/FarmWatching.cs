using System.Collections.Concurrent;
using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>How soon a node sees the progress of another's run, and how soon that run learns of a cancel: two nodes in this process.</summary>
internal static class FarmWatching
{
    private const int Reports = 40;
    private const int Cancels = 30;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(FarmDatabase database)
    {
        await using var worker = await StartAsync(database, NodeRole.Worker);
        await using var web = await StartAsync(database, NodeRole.Web);
        var scheduler = web.Services.GetRequiredService<IJobScheduler>();
        var processes = web.Services.GetRequiredService<IProcessManager>();

        List<double> seen = [];
        var reporting = await scheduler.ScheduleAsync(new Reporting(Reports));
        await foreach (var status in processes.WatchAsync(reporting))
        {
            if (status.Progress.Message is { } sent && !status.IsEnded)
                seen.Add(Stopwatch.GetElapsedTime(long.Parse(sent)).TotalMilliseconds);
        }

        List<double> signalled = [];
        var stopped = worker.Services.GetRequiredService<ConcurrentQueue<long>>();
        for (var number = 0; number < Cancels; number++)
        {
            var id = await scheduler.ScheduleAsync(new Reporting(0));
            await foreach (var status in processes.WatchAsync(id))
            {
                if (status.State == ProcessState.Running)
                    break;
            }

            var sent = Stopwatch.GetTimestamp();
            await processes.CancelAsync(id);
            await processes.WaitAsync(id, TimeSpan.FromSeconds(30));
            if (stopped.TryDequeue(out var at))
                signalled.Add(Stopwatch.GetElapsedTime(sent, at).TotalMilliseconds);
        }

        await web.StopAsync();
        await worker.StopAsync();
        return [Farm.Describe("progress of a run on another node, until it is seen", [.. seen], 200), Farm.Describe("cancel of a run on another node, until it is signalled", [.. signalled], 500)];
    }

    private static async Task<WebApplication> StartAsync(FarmDatabase database, NodeRole role)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ConcurrentQueue<long>>();
        builder.Services.AddAsyncViews(new ServerOptions { Role = role }.Apply).AddJob<ReportingJob>("reporting").UsePostgreSql(database.ConnectionString);
        var site = builder.Build();
        await site.StartAsync();
        return site;
    }

    private sealed record Reporting(int Reports);

    /// <summary>Reports the moment of each report, or notes the moment at which it is asked to stop.</summary>
    private sealed class ReportingJob(ConcurrentQueue<long> stopped) : IJob<Reporting>
    {
        /// <summary>As slow as a report that is stored each time: a run has at most four of them a second.</summary>
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

        public async Task RunAsync(Reporting args, ProcessContext process, CancellationToken cancellationToken)
        {
            for (var number = 0; number < args.Reports; number++)
            {
                process.ReportProgress(number, Stopwatch.GetTimestamp().ToString());
                await Task.Delay(Pause, cancellationToken);
            }

            if (args.Reports > 0)
                return;

            await using var registration = cancellationToken.Register(() => stopped.Enqueue(Stopwatch.GetTimestamp()));
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
