using System.Collections.Concurrent;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>
/// Does all writes on one connection and one thread. What waits together is committed together, so that one sync of the
/// disk serves them all.
/// </summary>
internal sealed class GroupWriter : IDisposable
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

    /// <summary>Runs the work in a transaction, and returns when that is on the disk.</summary>
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

    public void Dispose()
    {
        _queue.CompleteAdding();
        if (_thread.Join(LongestStop))
            _queue.Dispose();
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
            foreach (var work in batch)
                RunOne(_statements, work);
            committing = true;
            _statements.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            Reconnect();
            var unavailable = exception as StoreUnavailableException
                ?? new StoreUnavailableException($"The database could not be written: {exception.Message}", exception) { MayBeStored = committing };
            batch.ForEach(work => work.Fail(unavailable));
            return;
        }

        if (batch.Exists(work => work.HasFailed))
            Reconnect();
        batch.ForEach(work => work.Complete());
    }

    /// <summary>
    /// A new connection next time: this one may be in the middle of anything, and what was counted beside a transaction
    /// that was rolled back is counted anew.
    /// </summary>
    private void Reconnect()
    {
        _statements?.Dispose();
        _statements = null;
    }

    /// <summary>In a savepoint of its own: the others of the batch do not suffer from what one of them does wrong.</summary>
    private static void RunOne(Statements statements, Work work)
    {
        statements.Execute("SAVEPOINT work");
        try
        {
            work.Run(statements);
        }
        catch (Exception exception) when (exception is not SqliteException { SqliteErrorCode: not SQLitePCL.raw.SQLITE_CONSTRAINT })
        {
            statements.Execute("ROLLBACK TO work");
            work.Fail(exception);
        }

        statements.Execute("RELEASE work");
    }

    private abstract class Work
    {
        public bool IsAlone { get; init; }

        public abstract bool HasFailed { get; }

        public abstract void Run(Statements statements);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<Statements, T> work) : Work
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _completion.Task;

        public override bool HasFailed => Task.IsFaulted;

        public override void Run(Statements statements) => _result = work(statements);

        public override void Complete() => _completion.TrySetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
