using System.Collections.Concurrent;
using System.Diagnostics;

namespace AsyncViews.Benchmarks.Server;

/// <summary>The arguments of a job that notes its start.</summary>
/// <param name="Number">Differs with every job.</param>
/// <param name="Priority">The priority that it was scheduled with.</param>
/// <param name="Held">Whether it waits until the gate opens.</param>
public sealed record Numbered(int Number, int Priority, bool Held);

/// <summary>A job that does nothing but note its start.</summary>
public sealed class NumberedJob(StartLog starts, RunLog runs, RunGate gate) : IJob<Numbered>
{
    private const int Callers = 32;
    private const int Priorities = 10;

    public Task RunAsync(Numbered args, ProcessContext process, CancellationToken cancellationToken)
    {
        if (!args.Held)
            starts.Add(args.Priority);
        runs.Started(0);
        return args.Held ? gate.PassAsync(0, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Schedules jobs of mixed priorities, or held ones, which come before all others. Returns how many a second.</summary>
    public static async Task<double> ScheduleAsync(IJobScheduler jobs, int count, bool held)
    {
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
            {
                var priority = held ? 100 : number % Priorities;
                await jobs.ScheduleAsync(new Numbered(number, priority, held), new ScheduleOptions { Priority = priority });
            }
        })));
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}

/// <summary>A start of a job.</summary>
/// <param name="At">The moment, as a timestamp of the machine's monotonic clock, which all its processes share.</param>
/// <param name="Priority">Its priority.</param>
public sealed record Start(long At, int Priority);

/// <summary>The starts of jobs.</summary>
public sealed class StartLog
{
    private readonly ConcurrentQueue<Start> _starts = new();

    public void Add(int priority) => _starts.Enqueue(new Start(Stopwatch.GetTimestamp(), priority));

    /// <summary>The starts since this was asked last.</summary>
    public IReadOnlyList<Start> Take()
    {
        List<Start> taken = [];
        while (_starts.TryDequeue(out var start))
            taken.Add(start);
        return taken;
    }
}
