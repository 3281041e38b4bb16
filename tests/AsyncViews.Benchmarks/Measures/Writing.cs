using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Server;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The bytes that a submission which is accepted, run and ended leaves in the log of the SQLite database.</summary>
internal static class Writing
{
    private const double MostKiB = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var database = Scratch.NewDatabase();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Database = database });
        var side = Submitting.Of(server, "/Work", 303, runBy: server);
        await side.WarmUpAsync(Comparison.Clients);

        // As long as this reads what was there, nothing of the log is overwritten.
        await using var snapshot = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        await snapshot.OpenAsync();
        await using var reading = snapshot.CreateCommand();
        reading.CommandText = "BEGIN; SELECT COUNT(*) FROM meta";
        await reading.ExecuteScalarAsync();

        await side.LoadAsync(Comparison.Clients, TimeSpan.FromSeconds(1));
        var (log, runs) = (new FileInfo(database + "-wal"), (await server.ReadAsync()).Runs);
        var before = log.Length;
        await side.LoadAsync(Comparison.Clients, Duration);
        log.Refresh();
        var count = (await server.ReadAsync()).Runs - runs;
        var each = (log.Length - before) / 1024.0 / count;
        return [new Row("log of a submission that is accepted, run and ended, SQLite", $"{each:0.0} KiB ({count:N0} of them)", "", "", $"≤ {MostKiB} KiB", each <= MostKiB)];
    }
}
