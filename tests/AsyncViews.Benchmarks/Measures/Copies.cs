using Microsoft.Data.Sqlite;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Fills a database that nobody has open with copies of one real row: what is sealed opens with the key of the row's own salt.</summary>
internal static class Copies
{
    private const int Batch = 50_000;

    /// <summary>How many bytes the database has grown by.</summary>
    public static long Of(string database, string which, int count)
    {
        var before = new FileInfo(database).Length;
        using (var connection = Open(database))
        {
            Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
            var columns = string.Join(", ", Names(connection, "SELECT name FROM pragma_table_info('processes') WHERE name NOT IN ('sequence', 'id', 'submission_key')"));
            for (var left = count; left > 0; left -= Batch)
            {
                Execute(connection,
                    $"""
                    WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < {Math.Min(left, Batch)})
                    INSERT INTO processes (id, {columns}) SELECT lower(hex(randomblob(13))), {columns}
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
