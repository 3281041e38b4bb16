using System.Data.Common;

namespace AsyncViews;

/// <summary>
/// A database transaction that processes are stored in: they exist exactly if it is committed. The store must be kept in the
/// same database. The processes start after <see cref="CommitAsync"/> or <see cref="CommittedAsync"/>; if neither is called
/// after the commit, with the next sweep.
/// </summary>
public sealed class ProcessTransaction
{
    private readonly Lock _lock = new();
    private readonly List<Func<Task>> _afterCommit = [];
    private bool _isCommitted;

    /// <param name="transaction">The transaction, which the caller disposes.</param>
    public ProcessTransaction(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        DbTransaction = transaction;
    }

    /// <summary>The transaction.</summary>
    public DbTransaction DbTransaction { get; }

    /// <summary>Tells whether it is known to be committed.</summary>
    public bool IsCommitted
    {
        get
        {
            lock (_lock)
                return _isCommitted;
        }
    }

    /// <summary>
    /// Tells whether a process was stored in it. A submission that is refused, or that repeats another, stores none: roll back
    /// what the request has written with it.
    /// </summary>
    public bool HoldsProcess { get; internal set; }

    /// <summary>
    /// Keeps an action for the time after the commit; without a commit, it is never called. Use it where the store is in another
    /// database: what is scheduled there has no part in the transaction, and a server that stops just after the commit forgets it.
    /// </summary>
    /// <param name="action">
    /// The action, such as a call of <see cref="IJobScheduler"/>. Actions run one after the other, and before a person learns of the
    /// end of the run that was committed. They must not use the transaction's own connection.
    /// </param>
    /// <exception cref="InvalidOperationException">The transaction is committed already.</exception>
    public void AfterCommit(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_lock)
        {
            if (_isCommitted)
                throw new InvalidOperationException("The transaction is committed already. What is to follow its commit can be done now.");

            _afterCommit.Add(action);
        }
    }

    /// <summary>Commits the transaction, and lets what was stored in it start.</summary>
    /// <param name="cancellationToken">Cancels the commit.</param>
    /// <exception cref="AggregateException">The transaction is committed, but actions after the commit failed.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await ThrowIfAbortedAsync(cancellationToken);
        await DbTransaction.CommitAsync(cancellationToken);
        await CommittedAsync();
    }

    /// <summary>Lets start what was stored in the transaction, which other code has committed. Repeating it changes nothing.</summary>
    /// <exception cref="AggregateException">Actions after the commit failed. The others were called all the same.</exception>
    public async Task CommittedAsync()
    {
        Func<Task>[] actions;
        lock (_lock)
        {
            _isCommitted = true;
            actions = [.. _afterCommit];
            _afterCommit.Clear();
        }

        List<Exception> failures = [];
        foreach (var action in actions)
        {
            try
            {
                await action();
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
            throw new AggregateException("The transaction is committed, but what was to follow it failed.", failures);
    }

    /// <summary>Throws where a statement has failed: PostgreSQL answers the commit with a rollback then, and without an error.</summary>
    private async Task ThrowIfAbortedAsync(CancellationToken cancellationToken)
    {
        if (DbTransaction.GetType().Namespace != "Npgsql" || DbTransaction.Connection is not { } connection)
            return;

        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>The transactions around the work of one run.</summary>
internal interface IRunTransactions
{
    /// <summary>Tells whether a transaction surrounds the work.</summary>
    bool Surrounds { get; }

    /// <inheritdoc cref="ProcessRunContext.BeginTransactionAsync" />
    Task BeginAsync(ProcessTransaction transaction, CancellationToken cancellationToken);

    /// <inheritdoc cref="ProcessRunContext.TryEndInAsync" />
    Task<bool> TryEndInAsync(ProcessTransaction transaction);

    /// <inheritdoc cref="ProcessRunContext.NoteCommitAsync" />
    Task NoteCommitAsync();

    /// <inheritdoc cref="ProcessRunContext.NoteRollback" />
    void NoteRollback();
}
