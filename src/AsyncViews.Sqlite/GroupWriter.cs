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

    private readonly BlockingCollection<Work> _queue = [];
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
    /// Runs the work in a transaction, and returns when that is on the disk. If something else in the transaction fails,
    /// the work is run again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public Task<T> WriteAsync<T>(Func<Statements, T> work)
    {
        var queued = new Work<T>(work);
        _queue.Add(queued);
        return queued.Task;
    }

    /// <summary>Runs the work outside a transaction, between two of them.</summary>
    public Task<T> RunAloneAsync<T>(Func<Statements, T> work)
    {
        var queued = new Work<T>(work) { IsAlone = true };
        _queue.Add(queued);
        return queued.Task;
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
        var batch = new List<Work>();
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

    private void RunAlone(Work work)
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

    private void Commit(List<Work> batch)
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
            var unavailable = Unavailable(exception, mayBeStored: committing);
            batch.ForEach(work => work.Fail(unavailable));
            return;
        }

        batch.ForEach(work => work.Complete());
    }

    /// <summary>Runs each work of a batch again, so that one's fault harms no other: nothing of the batch was committed.</summary>
    private void CommitEachAlone(List<Work> batch, Exception exception)
    {
        if (batch is [var only])
            only.Fail(Soundness.IsCorrupt(exception) ? Unavailable(exception) : exception);
        else
            batch.ForEach(work => Commit([work]));
    }

    /// <summary>Returns whether it is the work that failed, and not the database. A damaged page is in the way of those only who need it.</summary>
    private static bool IsOwnFault(Exception exception) =>
        exception is not SqliteException { SqliteErrorCode: not (SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_CORRUPT) };

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

    private abstract class Work
    {
        public bool IsAlone { get; init; }

        public abstract void Run(Statements statements);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<Statements, T> work) : Work
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _completion.Task;

        public override void Run(Statements statements) => _result = work(statements);

        public override void Complete() => _completion.TrySetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
