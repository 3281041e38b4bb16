using Npgsql;

namespace AsyncViews.ClusterTests.Support;

/// <summary>One schema for all tests of a class. Each test finds it empty. Creating one for each would take longer than most of the tests.</summary>
public sealed class EmptiedSchema(PostgreSqlServer server) : IAsyncLifetime
{
    public NpgsqlDataSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Source = NpgsqlDataSource.Create(await server.CreateSchemaAsync());

    /// <summary>Removes all that a store has written, save the version and the keys, if a store was ever opened here.</summary>
    public void Empty()
    {
        using var command = Source.CreateCommand("""
            DO $$ DECLARE filled text; BEGIN
                SELECT string_agg(quote_ident(tablename), ', ') INTO filled FROM pg_tables
                WHERE schemaname = current_schema AND tablename NOT IN ('asyncviews_meta', 'asyncviews_keys');
                IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || filled || ' RESTART IDENTITY'; END IF;
            END $$
            """);
        command.ExecuteNonQuery();
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
