using System.Collections.Concurrent;
using System.Threading.Channels;
using AsyncViews.Storage;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Commits units of work, and deletes their files afterwards.</summary>
internal sealed class Transactions(StoreFiles files, LoadCounter load, ChannelWriter<ProcessChange> followers, TimeProvider time, TimeSpan retention, ILogger logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>1 if something secret was deleted since the last compaction, and may still be in the log of writes.</summary>
    private int _leftovers;

    /// <summary>The names of the files whose records may have been stored or not, and that nobody uses.</summary>
    private readonly ConcurrentDictionary<string, bool> _doubtful = [];

    /// <summary>Runs the work in a transaction, and returns when that is on the disk. If the transaction is rolled back for another's fault, the work is run again.</summary>
    /// <param name="work">The work.</param>
    /// <param name="undo">What is done if the work is committed after all when its caller has been told that the disk does not answer.</param>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public async Task<T> RunAsync<T>(Func<UnitOfWork, T> work, Action<UnitOfWork, T>? undo = null)
    {
        UnitOfWork? unit = null;
        var write = files.Database.Write(db => work(unit = new UnitOfWork(db, load, files.Vault, time.GetUtcNow(), retention)));
        var finishing = FinishAsync();
        try
        {
            return await finishing.WaitAsync(LongestWait, time);
        }
        catch (TimeoutException exception)
        {
            var mayBeStored = !write.TryWithdraw();
            if (mayBeStored && undo is not null)
                _ = UndoAsync(finishing, undo);
            throw new StoreUnavailableException($"The disk has not answered for {LongestWait.TotalSeconds:0} seconds.", exception) { MayBeStored = mayBeStored };
        }

        // Also where nobody waits for the commit any more.
        async Task<T> FinishAsync()
        {
            var result = await write.Committed;
            if (unit!.HasDeleted)
            {
                Volatile.Write(ref _leftovers, 1);
                Delete(unit.Files);
            }

            foreach (var follower in unit.Followers)
                followers.TryWrite(follower);
            return result;
        }
    }

    /// <summary>
    /// Writes a record that names this content. A commit that failed and may be on the disk all the same must find its file
    /// there. Whether any record names it is looked for later.
    /// </summary>
    public async Task<T> RunAsync<T>(ContentSpool? content, Func<UnitOfWork, T> work, Action<UnitOfWork, T>? undo = null)
    {
        try
        {
            return await RunAsync(work, undo);
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            content?.Doubt(NoteUnnamed);
            throw;
        }
    }

    /// <summary>Has the file deleted by the next sweep if no record names it then.</summary>
    public void NoteUnnamed(Content content)
    {
        if (content is EncryptedContent { Name: var name })
            _doubtful[name] = true;
    }

    /// <summary>Deletes the files that no record names, in a transaction that changes the database: once it is committed, no failed commit before it can be stored any more.</summary>
    /// <returns>The number of files that were looked at.</returns>
    public async Task<int> DeleteUnnamedAsync(Action<UnitOfWork> change)
    {
        var names = _doubtful.Keys.ToArray();
        await RunAsync(unit =>
        {
            change(unit);
            if (names.Length > 0)
                unit.DeleteUnnamed(names);
            return true;
        });
        foreach (var name in names)
            _doubtful.TryRemove(name, out _);
        return names.Length;
    }

    private async Task UndoAsync<T>(Task<T> writing, Action<UnitOfWork, T> undo)
    {
        try
        {
            var late = await writing;
            await RunAsync(unit =>
            {
                undo(unit, late);
                return true;
            });
        }
        catch (Exception)
        {
            // Nothing was written, or the store is closed: what it has claimed is lost with the next start.
        }
    }

    /// <summary>Removes what was deleted from the log and from free pages, if anything was. A failure is retried the next time.</summary>
    public async Task CompactAsync()
    {
        if (Interlocked.Exchange(ref _leftovers, 0) == 0)
            return;

        var done = false;
        try
        {
            done = await files.Database.CompactAsync();
        }
        finally
        {
            if (!done)
                Volatile.Write(ref _leftovers, 1);
        }
    }

    /// <summary>Completes content whose name is on the disk before a record names it.</summary>
    /// <exception cref="StoreUnavailableException">It could not be written.</exception>
    public async ValueTask<Content> CompleteAsync(ContentSpool spool, CancellationToken cancellationToken)
    {
        var content = await spool.CompleteAsync(cancellationToken);
        try
        {
            if (content is EncryptedContent)
                SyncedFolder.Sync(files.Content.Folder);
            return content;
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException($"Content could not be synced: {exception.Message}", exception);
        }
    }

    /// <summary>A failure here must not look like a failed commit. The next start removes what is left.</summary>
    private void Delete(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            try
            {
                files.Content.Delete(name);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DamagedContentException)
            {
                SqliteLog.NotDeleted(logger, name, exception);
            }
        }
    }
}
