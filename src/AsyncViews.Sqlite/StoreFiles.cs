using System.Xml;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsyncViews.Sqlite;

/// <summary>The database, and what stands beside it: its content files, its key ring, and the lock of its owner.</summary>
internal sealed class StoreFiles(string path, TimeProvider time, ILogger logger) : IDisposable
{
    private DatabaseOwnership? _ownership;
    private ContentFiles? _content;
    private Vault? _vault;

    public Ballast Ballast { get; } = new(path + ".ballast");

    public Database Database { get; } = new(path, logger);

    public ContentFiles Content => _content ?? throw new StoreUnavailableException("The store is not open.");

    public Vault Vault => _vault ?? throw new StoreUnavailableException("The store is not open.");

    /// <summary>Takes the database for this process, creates what is missing, and unlocks the key.</summary>
    /// <returns>Null, or the reason why nothing can be decrypted: the database was written with another key ring.</returns>
    /// <exception cref="InvalidOperationException">The store cannot be used. The message says what to do.</exception>
    /// <exception cref="StoreUnavailableException">The disk is full. It can be tried again.</exception>
    public async Task<string?> OpenAsync(LoadCounter load, CancellationToken cancellationToken)
    {
        try
        {
            return await TryOpenAsync(load, cancellationToken);
        }
        catch (Exception exception) when (Ballast.IsOfAFullDisk(exception) && Ballast.GiveUp())
        {
            return await OpenAsync(load, cancellationToken);
        }
        catch (Exception exception) when (Ballast.IsOfAFullDisk(exception))
        {
            throw new StoreUnavailableException("The disk has no room for the store.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException or SqliteException)
        {
            throw new InvalidOperationException(
                $"The database {path} cannot be written: {exception.Message.TrimEnd('.')}. Make sure that the application's user may write to its folder and that the disk has free space.", exception);
        }
    }

    /// <summary>Removes files that a crash left before a record named them, or after the record had ceased to.</summary>
    public void RemoveOrphans()
    {
        var known = Database.Read(RetentionTable.AllFiles).ToHashSet();
        foreach (var name in Directory.EnumerateFiles(Content.Folder).Select(file => Path.GetFileName(file)).Where(ContentFiles.AreNamed))
        {
            if (!known.Contains(name))
                RemoveOrphan(name);
        }
    }

    /// <summary>One that another program holds open waits for the next start.</summary>
    private void RemoveOrphan(string name)
    {
        try
        {
            Content.Delete(name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            SqliteLog.NotDeleted(logger, name, exception);
        }
    }

    public void Dispose()
    {
        Database.Dispose();
        _ownership?.Dispose();
    }

    private async Task<string?> TryOpenAsync(LoadCounter load, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(path)!;
        var name = Path.Combine(folder, Path.GetFileNameWithoutExtension(path));
        var ring = new DirectoryInfo(name + "-keys");
        if (Directory.Exists(path))
            throw new InvalidOperationException($"The database {path} is a folder. Name a file in it, such as asyncviews.db.");

        PrivateFolder.Create(folder);
        await KeepOutOfGitAsync(folder, $"{Path.GetFileName(path)}*\n{Path.GetFileName(name)}-*/\n.gitignore\n", cancellationToken);

        _ownership ??= await DatabaseOwnership.TakeAsync(path, time, logger, cancellationToken);
        Database.Open(isNew: !ring.Exists && !HasContent(name + "-content"), connected: db => load.Set(ProcessTable.CountLoad(db)));
        _content = new ContentFiles(name + "-content", durable: true);
        PrivateFolder.Create(ring.FullName);
        await KeepOutOfGitAsync(ring.FullName, "*\n", cancellationToken);
        _vault = new Vault(KeyRing.In(new SyncedKeyRing(ring, NullLoggerFactory.Instance)).CreateProtector("AsyncViews.Sqlite"));
        var lockedOut = await UnlockAsync(_vault);
        if (lockedOut is null)
            await Database.NoteOpenedAsync();
        SyncedFolder.Sync(folder);
        return lockedOut;
    }

    /// <summary>Tells whether the database and its lock are where a second process, or the next start, would find them.</summary>
    /// <exception cref="StoreUnavailableException">It could not be found out, for example because the process has no handles left.</exception>
    public bool AreInPlace()
    {
        try
        {
            File.GetAttributes(path);
            return _ownership?.IsInPlace == true && Database.IsInPlace();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StoreUnavailableException($"It cannot be found out whether the database and its lock are in their place: {exception.Message}", exception);
        }
    }

    private static bool HasContent(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(file => ContentFiles.AreNamed(Path.GetFileName(file)));

    /// <summary>Keeps the folder, above all its key ring, out of repositories. A file of the application's own stays as it is.</summary>
    private static async Task KeepOutOfGitAsync(string folder, string patterns, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, ".gitignore");
        if (File.Exists(file))
            return;

        // On a full disk, it would be there and empty. A second process may be doing the same.
        var unfinished = $"{file}.{Guid.NewGuid():N}";
        try
        {
            await File.WriteAllTextAsync(unfinished, patterns, cancellationToken);
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private async Task<string?> UnlockAsync(Vault vault)
    {
        // Kept twice, since one wrong byte in it would lock out everybody.
        var wrapped = Database.Read(db => db.Query("SELECT value FROM meta WHERE name IN ('key', 'key again')", row => row.GetFieldValue<byte[]>(0)));
        if (wrapped.Count > 0)
            return wrapped.Exists(vault.Unlock) ? null : "The key ring beside the database is not the one that it was written with.";

        var made = vault.MakeKey();
        await Database.Write(db => db.Execute("INSERT INTO meta (name, value) VALUES ('key', $value), ('key again', $value)", ("$value", made))).Committed;
        return null;
    }
}
