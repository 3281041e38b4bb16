using System.Collections.Concurrent;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>
/// Does all writes on one connection and one thread. Changes that wait together are committed together, so that one sync of
/// the disk serves them all.
/// </summary>
internal sealed class GroupWriter
{
    private const int MaxBatch = 512;

    /// <summary>A disk that does not answer must not keep the host from stopping.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<QueuedWrite> _queue = [];
    private readonly Func<Statements> _connect;
    private readonly Thread _thread;
    private Statements? _statements;

    public GroupWriter(Func<Statements> connect)
    {
        _connect = connect;
        _thread = new Thread(WriteUntilDisposed) { IsBackground = true, Name = "AsyncViews SQLite writer" };
        _thread.Start();
    }

    /// <summary>
    /// Has the work run in a transaction. If something else in the transaction fails, the work is run again.
    /// </summary>
    /// <returns>The write, which can be withdrawn until it has begun.</returns>
    public QueuedWrite<T> Write<T>(Func<Statements, T> work)
    {
        var queued = new QueuedWrite<T>(work);
        _queue.Add(queued);
        return queued;
    }

    /// <summary>Runs the work outside a transaction, between two of them.</summary>
    public Task<T> RunAloneAsync<T>(Func<Statements, T> work)
    {
        var queued = new QueuedWrite<T>(work) { IsAlone = true };
        _queue.Add(queued);
        return queued.Committed;
    }

    /// <returns>Whether it has stopped, and is not waiting for the disk.</returns>
    public bool Close()
    {
        if (!_queue.IsAddingCompleted)
            _queue.CompleteAdding();
        return _thread.Join(LongestStop);
    }

    private void WriteUntilDisposed()
    {
        var batch = new List<QueuedWrite>();
        while (_queue.TryTake(out var first, Timeout.Infinite))
        {
            batch.Add(first);
            while (!batch[^1].IsAlone && batch.Count < MaxBatch && _queue.TryTake(out var next))
                batch.Add(next);

            var alone = batch[^1].IsAlone ? batch[^1] : null;
            batch.RemoveAll(work => work.IsAlone);
            Commit(batch);
            if (alone is not null)
                RunAlone(alone);
            batch.Clear();
        }

        _statements?.Dispose();
    }

    private void RunAlone(QueuedWrite work)
    {
        try
        {
            _statements ??= _connect();
            work.Run(_statements);
            work.Complete();
        }
        catch (Exception exception)
        {
            work.Fail(exception);
        }
    }

    private void Commit(List<QueuedWrite> batch)
    {
        if (batch.Count == 0)
            return;

        var committing = false;
        try
        {
            _statements ??= _connect();
            _statements.Execute("BEGIN IMMEDIATE");
            batch.ForEach(work => work.Run(_statements));
            committing = true;
            _statements.Execute("COMMIT");
        }
        catch (Exception exception) when (!committing && _statements is not null && IsOwnFault(exception))
        {
            Reconnect();
            CommitEachAlone(batch, exception);
            return;
        }
        catch (Exception exception)
        {
            Reconnect();
            var unavailable = Unavailable(exception, mayBeStored: committing && !IsCutShort(exception));
            batch.ForEach(work => work.Fail(unavailable));
            return;
        }

        batch.ForEach(work => work.Complete());
    }

    /// <summary>Runs each work of a batch again, so that one's fault harms no other: nothing of the batch was committed.</summary>
    private void CommitEachAlone(List<QueuedWrite> batch, Exception exception)
    {
        if (batch is [var only])
            only.Fail(Soundness.IsCorrupt(exception) ? Unavailable(exception) : exception);
        else
            batch.ForEach(work => Commit([work]));
    }

    /// <summary>Returns whether it is the work that failed, and not the database. A damaged page is in the way of those only who need it.</summary>
    private static bool IsOwnFault(Exception exception) =>
        exception is not SqliteException { SqliteErrorCode: not (SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_CORRUPT) };

    /// <summary>Returns whether a write has failed, and not what follows the writes: the part that makes a commit one is written last.</summary>
    private static bool IsCutShort(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_IOERR_WRITE };

    private static StoreUnavailableException Unavailable(Exception exception, bool mayBeStored = false) => exception as StoreUnavailableException
        ?? new StoreUnavailableException($"The database could not be written: {exception.Message}", exception) { MayBeStored = mayBeStored };

    /// <summary>
    /// A new connection next time: this one may be in the middle of anything, and counts
    /// beside a transaction that was rolled back are made anew.
    /// </summary>
    private void Reconnect()
    {
        _statements?.Dispose();
        _statements = null;
    }
}
