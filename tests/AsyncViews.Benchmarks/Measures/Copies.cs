using System.Security.Cryptography;
using AsyncViews.Storage.Sealing;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Fills a database that nobody has open with copies of one real row, sealed anew for the id of each.</summary>
internal static class Copies
{
    private const int Batch = 50_000;

    /// <summary>The sealed columns, each with the purpose that it is sealed for.</summary>
    private static readonly Dictionary<string, string> Sealed = new()
    {
        ["sealed_status"] = "status",
        ["sealed_origin"] = "origin",
        ["sealed_submission"] = "request",
        ["sealed_run_secrets"] = "run's own secrets",
        ["sealed_body"] = "request body",
        ["sealed_response"] = "response",
        ["sealed_result"] = "response body",
    };

    /// <summary>How many bytes the database has grown by.</summary>
    public static long Of(string database, string which, int count)
    {
        var before = new FileInfo(database).Length;
        using (var connection = Open(database))
        {
            Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
            connection.CreateFunction<byte[], string, string, string, string, byte[]?, byte[]?>("sealed_anew", SealAnew(VaultOf(connection, database)), isDeterministic: true);
            var columns = Names(connection, "SELECT name FROM pragma_table_info('processes') WHERE name NOT IN ('sequence', 'id', 'submission_key')");
            var copied = columns.Select(column => Sealed.TryGetValue(column, out var purpose) ? $"sealed_anew(key_salt, owner, id, copy_id, '{purpose.Replace("'", "''")}', {column})" : column);
            for (var left = count; left > 0; left -= Batch)
            {
                Execute(connection,
                    $"""
                    WITH RECURSIVE copy(number, copy_id) AS (
                        SELECT 1, lower(hex(randomblob(13))) UNION ALL SELECT number + 1, lower(hex(randomblob(13))) FROM copy WHERE number < {Math.Min(left, Batch)})
                    INSERT INTO processes (id, {string.Join(", ", columns)}) SELECT copy_id, {string.Join(", ", copied)}
                    FROM copy, (SELECT * FROM processes WHERE {which} ORDER BY sequence LIMIT 1)
                    """);
            }

            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return new FileInfo(database).Length - before;
    }

    public static string[] IdsOf(string database, string which, int count)
    {
        using var connection = Open(database);
        return Names(connection, $"SELECT id FROM processes WHERE {which} LIMIT {count}");
    }

    private static Vault VaultOf(SqliteConnection connection, string database)
    {
        var ring = new DirectoryInfo(Path.Combine(Path.GetDirectoryName(database)!, Path.GetFileNameWithoutExtension(database) + "-keys"));
        var vault = new Vault(KeyRing.In(new FileSystemXmlRepository(ring, NullLoggerFactory.Instance)).CreateProtector("AsyncViews.Sqlite"));
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE name = 'key'";
        return vault.Unlock((byte[])command.ExecuteScalar()!) ? vault : throw new CryptographicException("The key ring is another one.");
    }

    private static Func<byte[], string, string, string, string, byte[]?, byte[]?> SealAnew(Vault vault) => (salt, owner, id, copy, purpose, @sealed) => @sealed is null
        ? null
        : vault.KeyOf(salt, ProcessId.Parse(copy), owner).Seal(purpose, vault.KeyOf(salt, ProcessId.Parse(id), owner).Open(purpose, @sealed));

    private static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 300;
        command.ExecuteNonQuery();
    }

    private static string[] Names(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<string> names = [];
        while (reader.Read())
            names.Add(reader.GetString(0));
        return [.. names];
    }
}
