using System.Data.Common;
using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Measures whether what an operator looks at is as fast with a million processes in the store as with a thousand.</summary>
internal static class OperatorLists
{
    private const int Few = 1000;
    private const int Steps = 500;
    private const int Types = 10;
    private const int Entries = 500;
    private const double Longest = 1.5;

    private const int Many = 1_000_000;

    /// <summary>The columns that are earlier in an older copy.</summary>
    private static readonly string[] Times = ["created", "started", "ended", "expires", "last_failed"];

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        string[] files = [$"Data Source={Scratch.NewDatabase()};Pooling=False", $"Data Source={Scratch.NewDatabase()};Pooling=False"];
        var sqlite = await CompareAsync(
            "SQLite", files, (builder, file) => builder.UseSqlite(file.Replace(";Pooling=False", "", StringComparison.Ordinal)), file => new SqliteConnection(file), CopyInSqlite);
        return [.. sqlite, .. await FarmDatabase.WithAsync(few => FarmDatabase.WithAsync(many => CompareAsync(
            "PostgreSQL", [few.ConnectionString, many.ConnectionString], (builder, server) => builder.UsePostgreSql(server), server => new NpgsqlConnection(server), CopyInPostgreSql)))];
    }

    private static async Task<IReadOnlyList<Row>> CompareAsync(
        string kind, string[] databases, Action<AsyncViewsBuilder, string> use, Func<string, DbConnection> connect, Func<DbConnection, Task> copyAsync)
    {
        List<ProcessId[]> ids = [];
        foreach (var database in databases)
        {
            await using var filled = Build(builder => use(builder, database));
            ids.Add(await FillAsync(StoreOf(filled)));
        }

        await using (var connection = connect(databases[1]))
        {
            await connection.OpenAsync();
            await copyAsync(connection);
        }

        await using var few = Build(builder => use(builder, databases[0]));
        await using var many = Build(builder => use(builder, databases[1]));
        await StoreOf(few).OpenAsync("benchmark");
        await StoreOf(many).OpenAsync("benchmark");
        var (fewIds, manyIds) = (ids[0], ids[1]);
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
    private static async Task<ProcessId[]> FillAsync(IProcessStore store)
    {
        await store.OpenAsync("benchmark");
        var ids = new ProcessId[Steps];
        await Parallel.ForAsync(0, Few, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, cancellationToken) =>
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
            else if (await store.ClaimAsync(id, new HashSet<ProcessType> { TypeOf(number) }, cancellationToken: cancellationToken) is { } run)
                await store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(ProcessState.Failed), cancellationToken);
        });
        await store.SweepAsync();
        return ids;
    }

    private static Task CopyInSqlite(DbConnection connection) => CopyAsync(
        connection,
        "SELECT name FROM pragma_table_info('processes')",
        columns => $"""
            PRAGMA synchronous = OFF;
            WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < {Many / Few - 1})
            INSERT INTO processes (id, {Join(Times)}, {columns}) SELECT lower(hex(randomblob(13))), {Join(Times.Select(time => $"{time} - number * {TimeSpan.TicksPerSecond}"))}, {columns} FROM copy, processes;
            PRAGMA wal_checkpoint(TRUNCATE);
            """);

    private static async Task CopyInPostgreSql(DbConnection connection)
    {
        await CopyAsync(
            connection,
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'asyncviews_processes'",
            columns => $"""
                INSERT INTO asyncviews_processes (id, {Join(Times)}, {columns})
                    SELECT substr(md5(id || number), 1, 26), {Join(Times.Select(time => $"{time} - number * interval '1 s'"))}, {columns} FROM generate_series(1, {Many / Few - 1}) AS number, asyncviews_processes;
                INSERT INTO asyncviews_ended SELECT type, state, COUNT(*) FROM asyncviews_processes WHERE key_salt IS NULL GROUP BY type, state;
                """);
        await ExecuteAsync(connection, "VACUUM ANALYZE");
        await ExecuteAsync(connection, "CHECKPOINT");
    }

    /// <summary>Adds older copies of all rows, without what is sealed for the id of each: nobody looks that far back.</summary>
    private static async Task CopyAsync(DbConnection connection, string selectNames, Func<string, string> copy)
    {
        List<string> names = [];
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = selectNames;
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                names.Add(rows.GetString(0));
        }

        string[] own = ["sequence", "id", "submission_key", "key_salt"];
        await ExecuteAsync(connection, copy(Join(names.Except(own).Except(Times).Where(name => !name.StartsWith("sealed_", StringComparison.Ordinal)))));
    }

    private static string Join(IEnumerable<string> columns) => string.Join(", ", columns);

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
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
