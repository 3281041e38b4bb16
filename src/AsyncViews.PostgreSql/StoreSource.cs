using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The connections of the store, apart from a data source that the application has for itself.</summary>
internal sealed class StoreSource(NpgsqlDataSource dataSource, bool isOwned) : IDisposable, IAsyncDisposable
{
    public NpgsqlDataSource DataSource => dataSource;

    public void Dispose()
    {
        if (isOwned)
            dataSource.Dispose();
    }

    public ValueTask DisposeAsync() => isOwned ? dataSource.DisposeAsync() : ValueTask.CompletedTask;
}
