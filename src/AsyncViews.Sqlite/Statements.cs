using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>One connection and its prepared statements, for one thread at a time.</summary>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    /// <summary>The primary key of the row that was inserted last.</summary>
    public long LastSequence => SQLitePCL.raw.sqlite3_last_insert_rowid(connection.Handle);

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Prepare(sql, parameters).ExecuteNonQuery();

    /// <summary>The first row as <paramref name="read"/> makes of it; default where there is none.</summary>
    public T? QueryFirst<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        return reader.Read() ? Map(reader, read) : default;
    }

    /// <summary>Every row as <paramref name="read"/> makes of it.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(Map(reader, read));
        return rows;
    }

    /// <summary>Every row as <paramref name="read"/> makes of it, without those that cannot be read: one damaged row must not hide the others.</summary>
    public List<T> QueryReadable<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where T : class =>
        [.. Query(sql, reader => TryMap(reader, read), parameters).OfType<T>()];

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private static T Map<T>(SqliteDataReader reader, Func<SqliteDataReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (Exception exception) when (exception is InvalidCastException or FormatException or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new DamagedContentException("The database holds a value that was never written.", exception);
        }
    }

    private static T? TryMap<T>(SqliteDataReader reader, Func<SqliteDataReader, T> read)
        where T : class
    {
        try
        {
            return Map(reader, read);
        }
        catch (DamagedContentException)
        {
            return null;
        }
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
