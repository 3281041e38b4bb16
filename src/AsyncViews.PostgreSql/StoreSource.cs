using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The connections of the store, or of a data source that the application has for itself.</summary>
internal sealed class StoreSource(NpgsqlDataSource dataSource, bool isOwned) : IDisposable, IAsyncDisposable
{
    public NpgsqlDataSource DataSource => dataSource;

    /// <summary>Runs statements of the store on a connection of this source.</summary>
    public Statements On(NpgsqlConnection connection) => new(connection, isOwned ? null : Sessions.ForOneTransaction);

    public void Dispose()
    {
        if (isOwned)
            dataSource.Dispose();
    }

    public ValueTask DisposeAsync() => isOwned ? dataSource.DisposeAsync() : ValueTask.CompletedTask;
}
