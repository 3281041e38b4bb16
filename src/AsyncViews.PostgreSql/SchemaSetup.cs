using AsyncViews.Storage.Sealing;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Creates what is missing in the database, checks its version, and unlocks the store's key.</summary>
internal static class SchemaSetup
{
    /// <summary>Many nodes may start at once: they come one after the other.</summary>
    /// <returns>The schema of the tables, and whether the key could be unlocked.</returns>
    /// <exception cref="InvalidOperationException">The database cannot be used. The message says what to do.</exception>
    public static async Task<(string Schema, bool IsUnlocked)> OpenAsync(NpgsqlDataSource source, Func<Vault> createVault, Action<Vault> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var db = new Statements(connection);
            await db.ExecuteAsync("SELECT pg_advisory_lock($1, 0)", Int(Locks.Schema));
            try
            {
                var schema = await CreateAsync(connection, db, cancellationToken);
                var vault = createVault();
                use(vault);
                return (schema, await UnlockAsync(db, vault));
            }
            finally
            {
                await db.ExecuteAsync("SELECT pg_advisory_unlock($1, 0)", Int(Locks.Schema));
            }
        }
        catch (NpgsqlException exception)
        {
            throw new InvalidOperationException($"The PostgreSQL database cannot be used: {exception.Message}", exception);
        }
    }

    private static async Task<string> CreateAsync(NpgsqlConnection connection, Statements db, CancellationToken cancellationToken)
    {
        var schema = await db.QueryFirstAsync("SELECT current_schema()", row => row.IsDBNull(0) ? null : row.GetString(0))
            ?? throw new InvalidOperationException("No schema of the connection's search path exists in the PostgreSQL database. Create one, or name one with 'Search Path' in the connection string.");
        var version = await VersionAsync(db);
        if (version is null)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await db.ExecuteAsync(Schema.Create);
                await db.ExecuteAsync("INSERT INTO asyncviews_meta VALUES ('version', $1)", Bytes([Schema.Version]));
                await transaction.CommitAsync(cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new InvalidOperationException(
                    $"The tables of AsyncViews are missing in the schema {schema}, and this role may not create them. Let a role that may run the following script, and give this role the right to read and write the tables:\n\n" +
                    $"{Schema.Create}\nINSERT INTO asyncviews_meta VALUES ('version', '\\x{Schema.Version:x2}');", exception);
            }
        }
        else if (version != Schema.Version)
        {
            throw new InvalidOperationException(
                $"The tables of AsyncViews in the schema {schema} have version {version}, but this release of AsyncViews only supports version {Schema.Version}. " +
                "Use the release that created them, or another schema to start with an empty store.");
        }

        return schema;
    }

    private static async Task<int?> VersionAsync(Statements db) =>
        await db.QueryFirstAsync("SELECT to_regclass('asyncviews_meta') IS NOT NULL", row => row.GetBoolean(0))
            ? await db.QueryFirstAsync("SELECT value FROM asyncviews_meta WHERE name = 'version'", row => (int?)row.GetFieldValue<byte[]>(0)[0])
            : null;

    private static async Task<bool> UnlockAsync(Statements db, Vault vault)
    {
        if (await db.QueryFirstAsync("SELECT value FROM asyncviews_meta WHERE name = 'key'", row => row.GetFieldValue<byte[]>(0)) is { } wrapped)
            return vault.Unlock(wrapped);

        await db.ExecuteAsync("INSERT INTO asyncviews_meta VALUES ('key', $1)", Bytes(vault.MakeKey()));
        return true;
    }
}
