using System.Collections.Concurrent;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>The database file: its connections, its schema, and whether it is sound.</summary>
internal sealed class Database(string path) : IDisposable
{
    /// <summary>The time that a statement waits while another program has the database locked.</summary>
    private const int LockTimeoutSeconds = 5;

    private readonly ConcurrentBag<Statements> _readers = [];
    private GroupWriter? _writer;

    private GroupWriter Writer => _writer ?? throw new StoreUnavailableException("The database is not open.");

    /// <param name="isNew">Whether nothing of an earlier database is there, so that an empty file is not a damaged one.</param>
    /// <param name="connected">Called on the writer's thread for every connection that it makes, the first before anything is written.</param>
    /// <exception cref="InvalidOperationException">The file is damaged, or of another version.</exception>
    public void Open(bool isNew, Action<Statements> connected)
    {
        try
        {
            using var statements = ConnectWriter();
            if (isNew && IsEmpty(statements))
                Create(statements);
            Check(statements);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw Damaged(exception.Message, exception);
        }

        _writer = new GroupWriter(() =>
        {
            var statements = ConnectWriter();
            connected(statements);
            return statements;
        });
    }

    public Task<T> WriteAsync<T>(Func<Statements, T> work) => Writer.WriteAsync(work);

    /// <summary>Gives the space of what was removed back to the disk, so that nothing of it stays in the log or in free pages.</summary>
    /// <returns>False if a reader was in the way: something may be left in the log.</returns>
    public Task<bool> CompactAsync() => Writer.RunAloneAsync(statements =>
    {
        statements.Execute("PRAGMA incremental_vacuum");
        return !statements.QueryFirst("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetBoolean(0));
    });

    /// <exception cref="StoreUnavailableException">The database cannot be read just now.</exception>
    public T Read<T>(Func<Statements, T> read)
    {
        Statements? statements = null;
        try
        {
            if (!_readers.TryTake(out statements))
                statements = Connect("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;");
            var result = read(statements);
            _readers.Add(statements);
            return result;
        }
        catch (SqliteException exception)
        {
            statements?.Dispose();
            throw new StoreUnavailableException($"The database could not be read: {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        _writer?.Dispose();
        while (_readers.TryTake(out var reader))
            reader.Dispose();
    }

    private Statements ConnectWriter() => Connect(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");

    private Statements Connect(string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = LockTimeoutSeconds,
        }.ToString());
        var statements = new Statements(connection);
        try
        {
            connection.Open();
            statements.Execute(pragmas);
            return statements;
        }
        catch
        {
            statements.Dispose();
            throw;
        }
    }

    private static bool IsEmpty(Statements statements) =>
        statements.QueryFirst("SELECT COUNT(*) FROM sqlite_master", row => row.GetInt64(0)) == 0;

    private static void Create(Statements statements)
    {
        statements.Execute("BEGIN IMMEDIATE");
        statements.Execute(Schema.Create);
        statements.Execute($"PRAGMA user_version = {Schema.Version}");
        statements.Execute("COMMIT");
    }

    private void Check(Statements statements)
    {
        var version = statements.QueryFirst("PRAGMA user_version", row => row.GetInt64(0));
        if (version == 0)
            throw Damaged("it is empty, or not a database of AsyncViews");
        if (version != Schema.Version)
        {
            throw new InvalidOperationException(
                $"The database {path} has schema version {version}, but this release of AsyncViews only supports version {Schema.Version}. " +
                "Use the release that created it, or move the file away to start with an empty database.");
        }

        var verdict = statements.QueryFirst("PRAGMA quick_check(1)", row => row.GetString(0));
        if (verdict != "ok")
            throw Damaged(verdict ?? "unreadable");
    }

    private InvalidOperationException Damaged(string what, Exception? inner = null) => new(
        $"The database {path} is damaged: {what.TrimEnd('.')}. It is left as it is. Restore it from a backup together with the folders beside it, " +
        "or move it away to begin with an empty one.", inner);
}
