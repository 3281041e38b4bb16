using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>Copies everything that can be read of a damaged database to a new one, row by row.</summary>
internal sealed class Salvage(Statements damaged, Statements rebuilt)
{
    private readonly string[] _columns = ColumnsOf("processes", rebuilt);
    private long _copied;
    private long _lost;

    /// <returns>The number of places in the table that could not be read. Some of them may have been empty.</returns>
    /// <exception cref="SqliteException">Not even the store's key can be read, or none of the processes.</exception>
    public long Run()
    {
        foreach (var (name, value) in damaged.Query("SELECT name, value FROM meta NOT INDEXED", row => (row.GetString(0), row.GetFieldValue<byte[]>(1))))
            rebuilt.Execute("INSERT INTO meta (name, value) VALUES ($name, $value)", ("$name", name), ("$value", value));

        // The number of a damaged row may be any: the last one given tells where the rows end, if it can be read.
        var last = TryRead("SELECT seq FROM sqlite_sequence WHERE name = 'processes'");
        if (last == 0)
            last = TryRead("SELECT MAX(sequence) FROM processes NOT INDEXED");
        if (last > 0)
        {
            Copy(1, last);
            if (_copied == 0 && _lost > 0)
                throw new SqliteException("None of the processes can be read.", SQLitePCL.raw.SQLITE_CORRUPT);

            rebuilt.Execute("DELETE FROM sqlite_sequence WHERE name = 'processes'");
            rebuilt.Execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('processes', $last)", ("$last", last));
        }

        // The first sweep ends those that wait for something that is lost.
        CopyBeginning("edges");
        CopyBeginning("messages");
        CopyBeginning("hours");
        return _lost;
    }

    private long TryRead(string query)
    {
        try
        {
            return damaged.QueryFirst(query, row => row.IsDBNull(0) ? 0 : row.GetInt64(0));
        }
        catch (SqliteException exception) when (Soundness.IsCorrupt(exception))
        {
            return 0;
        }
    }

    /// <summary>Copies the rows of these places. Where one cannot be read, what is left is halved until that one stands alone.</summary>
    private void Copy(long first, long last)
    {
        try
        {
            damaged.Query(
                $"SELECT {string.Join(", ", _columns)} FROM processes NOT INDEXED WHERE sequence BETWEEN $first AND $last ORDER BY sequence",
                row =>
                {
                    Insert(row);
                    return first = Math.Max(first, row.GetInt64(0) + 1);
                },
                ("$first", first), ("$last", last));

            // A wrong number in a row looks like the end of the places. What is behind it is found from the other end.
            if (damaged.QueryFirst("SELECT MAX(sequence) FROM processes NOT INDEXED WHERE sequence BETWEEN $first AND $last", row => row.IsDBNull(0), ("$first", first), ("$last", last)))
                return;
        }
        catch (SqliteException exception) when (Soundness.IsCorrupt(exception))
        {
        }

        if (first >= last)
        {
            _lost++;
            return;
        }

        var middle = first + ((last - first) / 2);
        Copy(first, middle);
        Copy(middle + 1, last);
    }

    /// <summary>Copies another table up to the first row that cannot be read or has values of another type.</summary>
    private void CopyBeginning(string table)
    {
        var columns = ColumnsOf(table, rebuilt);
        try
        {
            damaged.Query($"SELECT {string.Join(", ", columns)} FROM {table} NOT INDEXED", row => rebuilt.Execute($"INSERT OR IGNORE {Into(table, columns)}", Values(columns, row)));
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH)
        {
            _lost++;
        }
    }

    private void Insert(SqliteDataReader row)
    {
        try
        {
            rebuilt.Execute($"INSERT {Into("processes", _columns)}", Values(_columns, row));
            _copied++;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH)
        {
            _lost++;
        }
    }

    private static string[] ColumnsOf(string table, Statements database) => [.. database.Query($"SELECT name FROM pragma_table_info('{table}')", row => row.GetString(0))];

    private static string Into(string table, string[] columns) => $"INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "$" + column))})";

    private static (string, object?)[] Values(string[] columns, SqliteDataReader row) => [.. columns.Select((column, i) => ("$" + column, (object?)row.GetValue(i)))];
}
