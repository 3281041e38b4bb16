using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Creates or updates the tables in one transaction, or writes the script for somebody who may do it.</summary>
/// <param name="Schema">The schema of the tables.</param>
/// <param name="Version">The version of its tables; null if there are none.</param>
/// <param name="OldestRelease">The version whose releases are the oldest that can work with them.</param>
internal sealed record SchemaScript(string Schema, int? Version, int OldestRelease)
{
    /// <summary>A large table takes as long as it takes, whatever the limit of the role or the database is.</summary>
    private const string TakeTime = "SET LOCAL statement_timeout = 0;";

    /// <summary>
    /// Takes the locks of the update before anything else, in the order in which a heartbeat takes its own. While the update waits for a
    /// long transaction, all others wait behind it, so it gives up before a node could seem dead. It waits longer than
    /// <c>deadlock_timeout</c>, after which PostgreSQL ends a vacuum that is in the way.
    /// </summary>
    private const string LockTables =
        """
        SET LOCAL lock_timeout = '2s';
        LOCK TABLE asyncviews_nodes, asyncviews_processes IN ACCESS EXCLUSIVE MODE;
        """;

    /// <summary>The time in which the nodes go on before the next try.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>The statements; null if there is nothing to do.</summary>
    public string? Statements => Version >= PostgreSql.Schema.Version ? null : string.Join("\n\n",
    [
        TakeTime,
        .. Version is { } version ? PostgreSql.Schema.Steps.Skip(version - PostgreSql.Schema.FirstVersion).Prepend(LockTables) : [PostgreSql.Schema.Create],
        $"""
        INSERT INTO asyncviews_meta VALUES ('version', '\x{PostgreSql.Schema.Version:x2}'), ('oldest', '\x{PostgreSql.Schema.OldestRelease:x2}')
            ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value;
        """,
    ]);

    /// <summary>Reads how the database is.</summary>
    /// <exception cref="InvalidOperationException">This release cannot work with it, whatever is done. The message says what to do.</exception>
    public static async Task<SchemaScript> ReadAsync(Statements db)
    {
        var schema = await db.QueryFirstAsync("SELECT current_schema()", row => row.IsDBNull(0) ? null : row.GetString(0))
            ?? throw new InvalidOperationException("No schema of the connection's search path exists in the PostgreSQL database. Create one, or name one with 'Search Path' in the connection string.");
        if (!await db.QueryFirstAsync("SELECT to_regclass('asyncviews_meta') IS NOT NULL", row => row.GetBoolean(0)))
            return new SchemaScript(schema, null, PostgreSql.Schema.OldestRelease);

        var version = await NumberAsync("version") ?? throw new InvalidOperationException($"The table asyncviews_meta in the schema {schema} has no version. Drop the tables whose names begin with asyncviews_, or use another schema.");
        var script = new SchemaScript(schema, version, await NumberAsync("oldest") ?? version);
        if (version < PostgreSql.Schema.FirstVersion)
        {
            throw new InvalidOperationException(
                $"The tables of AsyncViews in the schema {schema} have version {version}. This release can update version {PostgreSql.Schema.FirstVersion} and later ones only. " +
                "Update with an earlier release first, or use another schema to start with an empty store.");
        }

        return script.OldestRelease <= PostgreSql.Schema.Version ? script : throw new InvalidOperationException(
            $"A later release of AsyncViews has updated the tables in the schema {schema} to version {version}. Releases for version {script.OldestRelease} and later ones can use them, and this one is for version {PostgreSql.Schema.Version}. Deploy the later release.");

        async Task<int?> NumberAsync(string name) =>
            await db.QueryFirstAsync("SELECT value FROM asyncviews_meta WHERE name = $1", row => (int?)row.GetFieldValue<byte[]>(0)[0], Text(name));
    }

    /// <summary>Runs it, again and again while somebody's transaction is in the way.</summary>
    public async Task RunAsync(NpgsqlConnection connection, string statements, CancellationToken cancellationToken)
    {
        try
        {
            while (!await TryRunAsync(connection, statements, cancellationToken))
                await Task.Delay(Pause, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException(
                $"The tables of AsyncViews in the schema {Schema} {(Version is null ? "are missing" : "are those of an earlier release")}, and this role may not {(Version is null ? "create" : "change")} them. " +
                $"Let a role that may run this script, which the command 'schema' prints, too:\n\n{await DescribeAsync(new Statements(connection))}", exception);
        }
    }

    /// <returns>Whether it was done. If not, nothing has changed.</returns>
    private static async Task<bool> TryRunAsync(NpgsqlConnection connection, string statements, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await new Statements(connection).ExecutePatientlyAsync(statements, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    /// <summary>The script for somebody who may do what the role of this connection may not, but who gives it its rights.</summary>
    public async Task<string> DescribeAsync(Statements db)
    {
        if (Statements is null)
            return $"-- The tables of AsyncViews in the schema {Schema} are up to date: version {Version}.";

        var (schema, role) = await db.QueryFirstAsync("SELECT quote_ident($1), quote_ident(current_user)", row => (row.GetString(0), row.GetString(1)), Text(Schema));
        return
            $"""
            BEGIN;
            SET LOCAL search_path TO {schema};

            {Statements}

            GRANT USAGE ON SCHEMA {schema} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON asyncviews_meta, asyncviews_keys, asyncviews_nodes, asyncviews_contents, asyncviews_chunks, asyncviews_processes, asyncviews_ended, asyncviews_hours, asyncviews_shares, asyncviews_metadata, asyncviews_messages, asyncviews_edges TO {role};
            COMMIT;
            """;
    }
}
