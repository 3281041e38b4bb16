using AsyncViews.Storage;

namespace AsyncViews.ClusterTests.Support;

/// <summary>One store for all tests of a class, with so many rows that the server chooses its plans as it would with a million. Each owner, type and state has its own time.</summary>
public sealed class FullStore(PostgreSqlServer server) : IAsyncLifetime
{
    internal StoreNode Node { get; private set; } = null!;

    /// <summary>One that a store has written. The rest are rows that nobody decrypts.</summary>
    public ProcessRecord Known { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        Known = (await Node.ClaimedAsync()).Record;
        await Node.ExecuteAsync("""
            INSERT INTO asyncviews_processes (id, type, owner, idempotency_key, limited, lane, anonymous, metadata, state, rank, due, turn, max_starts, max_attempts, created, started, ended, expires, body_length)
            SELECT lpad(n::text, 26, '0'), 'page:/' || chr(65 + n / 2000), 'owner-' || 9 - n / 2000, false, false, '', false, ARRAY['4711'], 7 - n / 4000, 0, now(), n, 1, 1, now() - n * interval '1 s', now(), now(), now() - n * interval '1 s', 0
            FROM generate_series(0, 19999) AS n
            """);
        await Node.ExecuteAsync("ANALYZE");
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
