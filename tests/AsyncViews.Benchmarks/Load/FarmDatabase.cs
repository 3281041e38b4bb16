using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;
using AsyncViews.ClusterTests.Support;
using Npgsql;

namespace AsyncViews.Benchmarks.Load;

/// <summary>A PostgreSQL server of the benchmark's own that counts its statements, and nodes at it.</summary>
internal sealed class FarmDatabase : IAsyncDisposable
{
    private readonly PostgreSqlServer _server = new() { Preloaded = "pg_stat_statements", Syncs = true };
    private NpgsqlDataSource? _source;

    public string ConnectionString => _server.ConnectionString();

    /// <summary>Tells whether its nodes run processes by Quartz.</summary>
    public bool Quartz { get; init; }

    public static async Task<FarmDatabase> StartAsync(bool quartz = false)
    {
        var farm = new FarmDatabase { Quartz = quartz };
        try
        {
            await farm._server.InitializeAsync();
            farm._source = NpgsqlDataSource.Create(farm.ConnectionString);
            await farm.ReadAsync<object>($"CREATE EXTENSION pg_stat_statements; {InsertedModel.Table}");
            return farm;
        }
        catch
        {
            await farm.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures at a database of its own.</summary>
    public static async Task<IReadOnlyList<Row>> WithAsync(Func<FarmDatabase, Task<IReadOnlyList<Row>>> measure, bool quartz = false)
    {
        await using var database = await StartAsync(quartz);
        return await measure(database);
    }

    public Task<ServerProcess> StartNodeAsync(NodeRole role = NodeRole.Both) => ServerProcess.StartAsync(new ServerOptions { PostgreSql = ConnectionString, Quartz = Quartz, Role = role });

    /// <summary>The statements that have been run so far, those inside of triggers not among them, and the transactions that were committed.</summary>
    public async Task<(long Statements, long Commits)> CountAsync()
    {
        var statements = await ReadAsync<decimal>("SELECT SUM(calls) FROM pg_stat_statements");
        return ((long)statements, await ReadAsync<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"));
    }

    private async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = _source!.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
