using Npgsql;

namespace AsyncViews.ClusterTests.Support;

/// <summary>A look into Quartz's tables.</summary>
/// <param name="connectionString">Their database.</param>
/// <param name="prefix">The beginning of their names.</param>
internal sealed class QuartzTables(string connectionString, string prefix = "qrtz_") : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    /// <summary>The names of the permits that have not fired. One that is written anew has another name.</summary>
    public Task<string[]> ReadPermitsAsync(string group = "asyncviews/%") =>
        ReadAsync<string[]>($"SELECT coalesce(array_agg(trigger_name::text ORDER BY trigger_name), '{{}}') FROM {prefix}triggers WHERE trigger_state <> 'COMPLETE' AND execution_group LIKE '{group}'");

    /// <summary>Waits until at least so many permits wait, and returns their names. A slow node may have written one too many.</summary>
    public async Task<string[]> PermitsAsync(int count, string group = "asyncviews/%")
    {
        string[] permits = [];
        await Patience.UntilAsync(async () => (permits = await ReadPermitsAsync(group)).Length >= count, $"{count} permits wait");
        return permits;
    }

    /// <summary>Waits until no permit waits.</summary>
    public Task NoPermitAsync() => Patience.UntilAsync(async () => (await ReadPermitsAsync()).Length == 0, "no permit waits");

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Begins a transaction that holds what the statement locks until it is disposed.</summary>
    public async Task<IAsyncDisposable> LockAsync(string sql)
    {
        var connection = await _source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
