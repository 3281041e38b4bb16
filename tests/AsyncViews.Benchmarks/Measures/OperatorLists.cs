using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Storage;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Measures whether what an operator looks at is as fast with a million processes in the store as with a thousand.</summary>
internal static class OperatorLists
{
    private const int Few = 1000;
    private const int Steps = 500;
    private const int Types = 10;
    private const int Entries = 500;
    private const double Longest = 1.5;

    /// <summary>A million, unless the environment variable ROWS says otherwise.</summary>
    private static int Many => int.TryParse(Environment.GetEnvironmentVariable("ROWS"), out var rows) ? rows : 1_000_000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var sqlite = await CompareAsync("SQLite", (builder, _) => builder.UseSqlite($"Data Source={Scratch.NewDatabase()}"));
        return [.. sqlite, .. await FarmDatabase.WithAsync(few => FarmDatabase.WithAsync(many => CompareAsync("PostgreSQL", (builder, isMany) => builder.UsePostgreSql((isMany ? many : few).ConnectionString))))];
    }

    private static async Task<IReadOnlyList<Row>> CompareAsync(string kind, Action<AsyncViewsBuilder, bool> use)
    {
        await using var few = Build(builder => use(builder, false));
        await using var many = Build(builder => use(builder, true));
        var (fewIds, manyIds) = (await FillAsync(StoreOf(few), Few), await FillAsync(StoreOf(many), Many));
        List<Row> rows = [];
        foreach (var (name, look) in Looks)
        {
            await TimeAsync(StoreOf(few), fewIds, look);
            await TimeAsync(StoreOf(many), manyIds, look);
            List<(double Few, double Many)> rounds = [];
            for (var round = 0; round < Comparison.Rounds; round++)
                rounds.Add((await TimeAsync(StoreOf(few), fewIds, look), await TimeAsync(StoreOf(many), manyIds, look)));
            var ratio = Comparison.Median(rounds.Select(round => round.Many / round.Few));
            rows.Add(new Row(
                $"{name}, p99, {Many:N0} processes in {kind}", $"{Comparison.Median(rounds.Select(round => round.Many)):N0} µs", $"with {Few:N0}: {Comparison.Median(rounds.Select(round => round.Few)):N0} µs",
                $"{ratio:0.00}", $"≤ {Longest:0.00}", ratio <= Longest));
        }

        return rows;
    }

    private static IEnumerable<(string Name, Func<IProcessStore, ProcessId, int, Task> Look)> Looks =>
    [
        ("the newest 50", (store, _, _) => store.ListAsync(new ProcessQuery()).AsTask()),
        ("50 of a state", (store, _, _) => store.ListAsync(new ProcessQuery { State = ProcessState.Failed }).AsTask()),
        ("50 of a type", (store, _, step) => store.ListAsync(new ProcessQuery { Type = TypeOf(step) }).AsTask()),
        ("50 behind one", (store, id, _) => store.ListAsync(new ProcessQuery { After = id }).AsTask()),
        ("2 by metadata", (store, _, step) => store.ListAsync(new ProcessQuery { Metadata = new("order", $"{step % Entries}"), Count = 2 }).AsTask()),
        ("one by its reference number", (store, id, _) => store.ListAsync(new ProcessQuery { Reference = id.Reference }).AsTask()),
        ("the overview", async (store, _, _) =>
        {
            await store.InspectAsync(TimeSpan.FromMinutes(1));
            await store.ReadHoursAsync(TimeProvider.System.GetUtcNow().AddHours(-24));
        }),
    ];

    private static ServiceProvider Build(Action<AsyncViewsBuilder> use)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(WebApplication.CreateEmptyBuilder(new()).Environment as IHostEnvironment);
        use(services.AddAsyncViews(options => new Server.ServerOptions().Apply(options)));
        return services.BuildServiceProvider();
    }

    private static IProcessStore StoreOf(ServiceProvider services) => services.GetRequiredService<IProcessStore>();

    private static ProcessType TypeOf(int number) => ProcessType.OfJob($"job-{number % Types}");

    /// <summary>Ended processes of several types, one of ten failed.</summary>
    private static async Task<ProcessId[]> FillAsync(IProcessStore store, int count)
    {
        await store.OpenAsync("benchmark");
        var ids = new ProcessId[Math.Min(count, Steps)];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, cancellationToken) =>
        {
            var id = ProcessId.New();
            ids[number % ids.Length] = id;
            await using var body = store.CreateContent();
            await body.WriteAsync("{}"u8.ToArray(), cancellationToken);
            await store.AddAsync(new NewProcess
            {
                Id = id,
                Type = TypeOf(number),
                Owner = $"owner {number % Entries}",
                IsLimited = false,
                Metadata = new Dictionary<string, string> { ["order"] = $"{number % Entries}" },
                Submission = new byte[200],
                Body = body,
            }, cancellationToken: cancellationToken);
            if (number % 10 > 0)
                await store.RequestCancelAsync(id, cancellationToken);
            else if (await store.ClaimAsync(id, new HashSet<ProcessType> { TypeOf(number) }, "benchmark", cancellationToken: cancellationToken) is { } run)
                await store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(ProcessState.Failed), cancellationToken);
        });
        await store.SweepAsync();
        return ids;
    }

    /// <summary>The 99th percentile in microseconds.</summary>
    private static async Task<double> TimeAsync(IProcessStore store, ProcessId[] ids, Func<IProcessStore, ProcessId, int, Task> look)
    {
        var times = new double[Steps];
        for (var step = 0; step < Steps; step++)
        {
            var began = Stopwatch.GetTimestamp();
            await look(store, ids[step % ids.Length], step);
            times[step] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[(int)(Steps * .99)];
    }
}
