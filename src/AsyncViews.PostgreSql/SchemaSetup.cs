using System.Data;
using System.Xml;
using AsyncViews.Storage.Sealing;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Creates or updates the tables, and unlocks the store's key.</summary>
internal static class SchemaSetup
{
    /// <summary>Creates or updates the tables.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used. The message says what to do.</exception>
    public static Task CreateAsync(NpgsqlDataSource source, CancellationToken cancellationToken) => InTurnAsync(source, (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>Creates or updates the tables, and unlocks the key, which is made where there is none.</summary>
    /// <returns>The schema of the tables, and whether the key could be unlocked.</returns>
    /// <exception cref="InvalidOperationException">The database cannot be used. The message says what to do.</exception>
    public static Task<(SchemaScript Schema, bool IsUnlocked)> OpenAsync(NpgsqlDataSource source, Func<Vault> createVault, Action<Vault> use, CancellationToken cancellationToken) =>
        InTurnAsync(source, async (script, db) =>
        {
            await Sessions.ThrowIfNotReadCommittedAsync(db);
            var vault = createVault();
            use(vault);
            return (script, await UnlockAsync(db, vault));
        }, cancellationToken);

    /// <summary>Writes what has to be done to the database, as a script for somebody who may do it.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used. The message says what to do.</exception>
    public static Task<string> DescribeAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        ConnectedAsync(source, async (_, db) => await (await SchemaScript.ReadAsync(db)).DescribeAsync(db), cancellationToken);

    private const string TableOfKey =
        """
        SELECT CASE WHEN to_regclass('asyncviews_meta') IS NULL OR to_regclass('asyncviews_processes') IS NULL THEN NULL
            WHEN has_table_privilege('asyncviews_meta', 'SELECT') AND has_table_privilege('asyncviews_processes', 'UPDATE') THEN to_regclass('asyncviews_meta')::oid END
        """;

    /// <summary>Finds the table with the store's key, by its number in the database; null where there is no store, or no permission to write to it. Nothing here fails, since that would end the caller's transaction.</summary>
    public static Task<uint?> FindTableOfKeyAsync(Statements db) => db.QueryFirstAsync(TableOfKey, row => row.IsDBNull(0) ? (uint?)null : row.GetFieldValue<uint>(0));

    /// <summary>Reads the store's wrapped key.</summary>
    public static Task<byte[]?> ReadKeyAsync(Statements db) =>
        db.QueryFirstAsync("SELECT value FROM asyncviews_meta WHERE name = 'key'", row => row.GetFieldValue<byte[]>(0));

    /// <summary>Many nodes may start at once: they come one after the other.</summary>
    private static Task<T> InTurnAsync<T>(NpgsqlDataSource source, Func<SchemaScript, Statements, Task<T>> work, CancellationToken cancellationToken) => ConnectedAsync(source, async (connection, db) =>
    {
        // A role or a database may have limits for statements, which are not meant for this.
        await db.ExecuteAsync("SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)");
        await db.ExecutePatientlyAsync("SELECT pg_advisory_lock($1, 0)", cancellationToken, Int(Locks.Schema));
        try
        {
            var script = await SchemaScript.ReadAsync(db);
            if (script.Statements is { } statements)
                await script.RunAsync(connection, statements, cancellationToken);
            return await work(script, db);
        }
        finally
        {
            // If it broke, the lock is gone, and what broke it is to be told.
            if (connection.State == ConnectionState.Open)
            {
                await db.ExecuteAsync("SELECT pg_advisory_unlock($1, 0)", Int(Locks.Schema));
                await db.ExecuteAsync("RESET statement_timeout");
                await db.ExecuteAsync("RESET lock_timeout");
            }
        }
    }, cancellationToken);

    private static async Task<T> ConnectedAsync<T>(NpgsqlDataSource source, Func<NpgsqlConnection, Statements, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenApartAsync(cancellationToken);
            return await work(connection, new Statements(connection));
        }
        catch (Exception exception) when (exception is NpgsqlException or XmlException)
        {
            throw new InvalidOperationException($"The PostgreSQL database cannot be used: {exception.Message}", exception);
        }
    }

    private static async Task<bool> UnlockAsync(Statements db, Vault vault)
    {
        if (await ReadKeyAsync(db) is { } wrapped)
            return vault.Unlock(wrapped);

        await db.ExecuteAsync("INSERT INTO asyncviews_meta VALUES ('key', $1)", Bytes(vault.MakeKey()));
        return true;
    }
}
