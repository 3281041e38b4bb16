using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Storage;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The SQLite store without a server, to take the time of its steps one by one.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private const int Steps = 200;
    private const int PollSteps = 2000;
    private const string Node = "benchmark";
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(1);

    private static readonly ProcessType Type = ProcessType.OfPage("/Work");
    private static readonly HashSet<ProcessType> Types = [Type];

    private readonly ServiceProvider _services;
    private readonly ProcessId[] _ended;

    private OpenStore(ServiceProvider services, ProcessId[] ended, TimeSpan openingTime)
    {
        _services = services;
        _ended = ended;
        OpeningTime = openingTime;
    }

    public TimeSpan OpeningTime { get; }

    private IProcessStore Store => _services.GetRequiredService<IProcessStore>();

    public static async Task<OpenStore> OpenAsync(string? database)
    {
        ProcessId[] ended = database is null || !File.Exists(database) ? [] : [.. Copies.IdsOf(database, "state >= 3 ORDER BY id", PollSteps).Select(ProcessId.Parse)];
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(WebApplication.CreateEmptyBuilder(new()).Environment as IHostEnvironment);
        var builder = services.AddAsyncViews(options =>
        {
            new Server.ServerOptions().Apply(options);
            options.ResultRetention = Retention;
        });
        if (database is not null)
            builder.UseSqlite($"Data Source={database}");
        var provider = services.BuildServiceProvider();
        var began = Stopwatch.GetTimestamp();
        await provider.GetRequiredService<IProcessStore>().OpenAsync(Node);
        return new OpenStore(provider, ended, Stopwatch.GetElapsedTime(began));
    }

    public async Task<StoreTimes> MeasureAsync()
    {
        var ids = Enumerable.Range(0, Steps).Select(_ => ProcessId.New()).ToArray();
        var submit = await TimeAsync(ids, SubmitAsync);
        var claim = await TimeAsync(ids, async id => await Store.ClaimAsync(id, Types));
        var poll = await TimeAsync(_ended, async id => await Store.FindAsync(id));
        await Task.WhenAll(ids.Select(FinishAsync));
        await Task.Delay(Retention * 1.5);
        var sweep = await TimeAsync([default], async _ => await Store.SweepAsync());
        return new StoreTimes(submit, claim, poll, sweep);
    }

    public async Task SubmitAsync(ProcessId id)
    {
        await using var body = Store.CreateContent();
        await body.WriteAsync(new byte[200]);
        var added = await Store.AddAsync(new NewProcess
        {
            Id = id,
            Type = Type,
            Owner = "benchmark",
            SubmissionKey = id.ToString(),
            Submission = new byte[1000],
            RunSecrets = new byte[200],
            Body = body,
        });
        if (added.Outcome != AddOutcome.Added)
            throw new InvalidOperationException($"Not added: {added.Outcome}.");
    }

    public async Task RunAsync(ProcessId id)
    {
        await Store.ClaimAsync(id, Types);
        await FinishAsync(id);
    }

    /// <summary>Leaves results that expire at once.</summary>
    public Task FillAsync(int count, int bytes) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, cancellationToken) =>
    {
        var id = ProcessId.New();
        await SubmitAsync(id);
        await Store.ClaimAsync(id, Types, cancellationToken: cancellationToken);
        await FinishAsync(id, bytes);
    });

    /// <summary>Submits one after another for as long as a sweep takes.</summary>
    /// <returns>The number of expired processes, the longest and the median time of a submission in milliseconds, and the time of the sweep.</returns>
    public async Task<(int Removed, double Longest, double Median, TimeSpan Took)> SweepBesideWritesAsync()
    {
        await Task.Delay(Retention * 1.5);
        var began = Stopwatch.GetTimestamp();
        var sweep = Task.Run(async () => await Store.SweepAsync());
        List<double> times = [];
        while (!sweep.IsCompleted)
        {
            var submitted = Stopwatch.GetTimestamp();
            await SubmitAsync(ProcessId.New());
            times.Add(Stopwatch.GetElapsedTime(submitted).TotalMilliseconds);
        }

        return (await sweep, times.Max(), Comparison.Median(times), Stopwatch.GetElapsedTime(began));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task FinishAsync(ProcessId id, int bytes = 200)
    {
        await using var body = Store.CreateContent();
        await body.WriteAsync(new byte[bytes]);
        await Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Succeeded) { Response = new byte[200], Body = body });
    }

    /// <summary>The median of the steps in microseconds.</summary>
    private static async Task<double> TimeAsync(ProcessId[] ids, Func<ProcessId, Task> step)
    {
        var times = new double[ids.Length];
        for (var index = 0; index < ids.Length; index++)
        {
            var began = Stopwatch.GetTimestamp();
            await step(ids[index]);
            times[index] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        return Comparison.Median(times);
    }
}

/// <summary>In microseconds.</summary>
internal sealed record StoreTimes(double Submit, double Claim, double Poll, double Sweep);
