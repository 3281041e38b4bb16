using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <content>Creation, checks and repairs before the first request.</content>
internal sealed partial class SqliteProcessStore
{
    public async ValueTask OpenAsync(string node, CancellationToken cancellationToken = default)
    {
        try
        {
            await OpenFilesAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new InvalidOperationException(
                $"The database {_path} cannot be written: {exception.Message.TrimEnd('.')}. Make sure that the application's user may write to its folder and that the disk has free space.", exception);
        }

        if (_lockedOut is not null)
        {
            SqliteLog.LockedOut(_logger, _path);
            return;
        }

        _openedAt = _time.GetUtcNow();
        RemoveOrphans();

        // This process owns the file and has started nothing yet: every run is lost, whenever it last beat.
        await RecoverAsync(DateTimeOffset.MaxValue, new HashSet<ProcessId>());
    }

    private async Task OpenFilesAsync(CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(_path)!;
        var name = Path.Combine(folder, Path.GetFileNameWithoutExtension(_path));
        var ring = new DirectoryInfo(name + "-keys");
        if (Directory.Exists(_path))
            throw new InvalidOperationException($"The database {_path} is a folder. Name a file in it, such as asyncviews.db.");

        ContentFiles.CreatePrivate(folder);
        await KeepOutOfGitAsync(folder, $"{Path.GetFileName(_path)}*\n{Path.GetFileName(name)}-*/\n.gitignore\n", cancellationToken);

        _ownership = await DatabaseOwnership.TakeAsync(_path, _time, _logger, cancellationToken);
        _database.Open(isNew: !ring.Exists, connected: db => _load.Set(ProcessTable.CountLoad(db)));
        _files = new ContentFiles(name + "-content", durable: true);
        ContentFiles.CreatePrivate(ring.FullName);
        await KeepOutOfGitAsync(ring.FullName, "*\n", cancellationToken);
        _vault = new Vault(ring);
        _lockedOut = await UnlockAsync(_vault);
        SyncedFolder.Sync(folder);
    }

    /// <summary>Keeps the folder, above all its key ring, out of repositories. A file of the application's own stays as it is.</summary>
    private static async Task KeepOutOfGitAsync(string folder, string patterns, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ".gitignore");
        if (!File.Exists(path))
            await File.WriteAllTextAsync(path, patterns, cancellationToken);
    }

    /// <summary>The reason why nothing can be decrypted: the database was written with another key ring. Null if it was not.</summary>
    private async Task<string?> UnlockAsync(Vault vault)
    {
        if (_database.Read(db => db.QueryFirst("SELECT value FROM meta WHERE name = 'key'", row => row.GetFieldValue<byte[]>(0))) is { } wrapped)
            return vault.Unlock(wrapped) ? null : "The key ring beside the database is not the one that it was written with.";

        var made = vault.MakeKey();
        await _database.WriteAsync(db => db.Execute("INSERT INTO meta (name, value) VALUES ('key', $value)", ("$value", made)));
        return null;
    }

    /// <summary>Removes files that a crash left before a record named them, or after the record had ceased to.</summary>
    private void RemoveOrphans()
    {
        var known = _database.Read(ProcessTable.AllFiles).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(Files.Folder).Where(file => !known.Contains(Path.GetFileName(file))))
            File.Delete(file);
    }
}
