using System.Collections.Concurrent;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>The database file: its connections, its schema, and whether it is sound.</summary>
internal sealed class Database(string path, ILogger logger) : IDisposable
{
    /// <summary>The time that a statement waits while another program has the database locked.</summary>
    private const int LockTimeoutSeconds = 5;

    /// <summary>The free pages that are given back at once: about ten milliseconds of work.</summary>
    private const int PagesOfASlice = 128;

    private readonly ConcurrentBag<Statements> _readers = [];
    private readonly byte[] _opened = Guid.NewGuid().ToByteArray();
    private readonly CleanStop _cleanStop = new(path);
    private readonly Rebuild _rebuild = new(path, logger);
    private GroupWriter? _writer;
    private bool _isSound;

    private GroupWriter Writer => _writer ?? throw new StoreUnavailableException("The database is not open.");

    /// <summary>Opens the file, also once more if what follows found no room: it is checked once only.</summary>
    /// <param name="isNew">Whether nothing of an earlier database is there, so that an empty file is not a damaged one.</param>
    /// <param name="connected">Called on the writer's thread for every connection that it makes, the first before anything is written.</param>
    /// <exception cref="InvalidOperationException">The file is missing, damaged, or of another version.</exception>
    public void Open(bool isNew, Action<Statements> connected)
    {
        _writer?.Close();
        _writer = null;
        _rebuild.Finish();
        if (!isNew && !File.Exists(path))
            throw new InvalidOperationException($"The database {path} is missing. Restore it from a backup together with {Folders}, or move these away to begin with an empty one.");

        try
        {
            if (Prepare(isNew, isSound: _isSound || _cleanStop.Take()) is { } verdict)
                _rebuild.Run(verdict);
            else
                _rebuild.Forget();
            _isSound = true;
        }
        catch (SqliteException exception) when (Soundness.IsDamage(exception))
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

    /// <summary>Returns whether pages of the database are the reason, and not that it cannot be reached.</summary>
    public static bool IsCorrupt(StoreUnavailableException exception) => Soundness.IsCorrupt(exception.InnerException);

    /// <inheritdoc cref="GroupWriter.Write" />
    public QueuedWrite<T> Write<T>(Func<Statements, T> work) => Writer.Write(work);

    /// <summary>
    /// Gives the space of what was removed back to the disk, so that nothing of it stays in the log or in free pages: in slices of
    /// some milliseconds, between which others write.
    /// </summary>
    /// <returns>False if a reader was in the way: something may be left in the log.</returns>
    public async Task<bool> CompactAsync()
    {
        while (await Writer.RunAloneAsync(VacuumSlice))
        {
        }

        // Nearly all of the log is copied while readers and writers go on; what is left for the last step is little.
        await Writer.RunAloneAsync(statements => statements.QueryFirst("PRAGMA wal_checkpoint(PASSIVE)", row => row.GetBoolean(0)));
        return await Writer.RunAloneAsync(statements => !statements.QueryFirst("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetBoolean(0)));
    }

    /// <returns>Whether there is more of it.</returns>
    private static bool VacuumSlice(Statements statements)
    {
        var before = FreePages();
        statements.Execute($"PRAGMA incremental_vacuum({PagesOfASlice})");
        var after = FreePages();
        return after > 0 && after < before;

        long FreePages() => statements.QueryFirst("PRAGMA freelist_count", row => row.GetInt64(0));
    }

    /// <summary>Tells whether the file at its place can be read and is the one that is open: it holds what this process has noted in it.</summary>
    /// <exception cref="SqliteException">It could not be told.</exception>
    public bool IsInPlace()
    {
        try
        {
            using var statements = Connect(path, "PRAGMA query_only = ON", SqliteOpenMode.ReadOnly);
            return statements.QueryFirst("SELECT value FROM meta WHERE name = 'opened'", row => row.GetFieldValue<byte[]>(0)) is { } noted && noted.AsSpan().SequenceEqual(_opened);
        }
        catch (SqliteException exception) when (Soundness.IsDamage(exception))
        {
            // What was read is damaged, or of another file: no database, not the one that the log beside it belongs to, or one without the table.
            return false;
        }
    }

    /// <summary>Notes in the file that this process has opened it.</summary>
    public Task NoteOpenedAsync() => Write(db => db.Execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('opened', $value)", ("$value", _opened))).Committed;

    /// <exception cref="StoreUnavailableException">The database cannot be read just now.</exception>
    /// <exception cref="DamagedContentException">It holds what cannot be read.</exception>
    public T Read<T>(Func<Statements, T> read)
    {
        Statements? statements = null;
        try
        {
            if (!_readers.TryTake(out statements))
                statements = Connect("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;");
            var result = read(statements);
            _readers.Add(statements);
            statements = null;
            return result;
        }
        catch (SqliteException exception)
        {
            throw new StoreUnavailableException($"The database could not be read: {exception.Message}", exception);
        }
        finally
        {
            // Whatever was thrown in the middle of a reading: it is not used again.
            statements?.Dispose();
        }
    }

    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        if (_writer?.Close() == true)
            _cleanStop.Leave();
    }

    /// <remarks>Before a statement changes a page, SQLite copies it, to be able to undo the statement. In a transaction of many, the copies would go to a file in the temporary folder.</remarks>
    private Statements ConnectWriter() => Connect(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;");

    private Statements Connect(string pragmas) => Connect(path, pragmas);

    internal static Statements Connect(string file, string pragmas, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
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

    internal static void Create(Statements statements)
    {
        statements.Execute("BEGIN IMMEDIATE");
        statements.Execute(Schema.Create);
        statements.Execute($"PRAGMA user_version = {Schema.Version}");
        statements.Execute("COMMIT");
    }

    /// <summary>Creates what is missing, and checks the rest unless it is known to be sound. Indexes that are damaged are built anew from the table.</summary>
    /// <returns>Null, or what is damaged that no index can mend. A definition that SQLite does not understand keeps it from running any statement.</returns>
    private string? Prepare(bool isNew, bool isSound)
    {
        string? verdict = null;
        try
        {
            using var statements = ConnectWriter();
            if (isNew && IsEmpty(statements))
                Create(statements);
            CheckVersion(statements);
            verdict = isSound ? null : Soundness.Check(statements);
            if (verdict is null)
                return null;

            statements.Execute("REINDEX");
            if (Soundness.Check(statements) is { } more)
                return more;

            SqliteLog.Reindexed(logger, path, verdict);
            return null;
        }
        catch (SqliteException exception) when (verdict is not null || Soundness.IsDamage(exception))
        {
            return verdict ?? exception.Message.TrimEnd('.');
        }
    }

    private void CheckVersion(Statements statements)
    {
        var version = statements.QueryFirst("PRAGMA user_version", row => row.GetInt64(0));
        if (version == 0)
            throw Damaged("it is empty, or not a database of AsyncViews");
        if (version != Schema.Version)
        {
            throw new InvalidOperationException(
                $"The database {path} has schema version {version}, but this release of AsyncViews only supports version {Schema.Version}. " +
                $"Use the release that created it, or move it and {Folders} away to begin with an empty one.");
        }
    }

    private InvalidOperationException Damaged(string what, Exception? inner = null) => new(
        $"The database {path} is damaged: {what.TrimEnd('.')}. It is left as it is. Restore it from a backup together with {Folders}, " +
        "or move all three away to begin with an empty one.", inner);

    private string Folders => $"the folders {Path.GetFileNameWithoutExtension(path)}-keys and {Path.GetFileNameWithoutExtension(path)}-content beside it";
}
