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
    private readonly List<Func<ValueTask>> _afterCommit = [];

    /// <param name="transaction">The transaction, which the caller disposes.</param>
    public ProcessTransaction(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        DbTransaction = transaction;
    }

    /// <summary>The transaction.</summary>
    public DbTransaction DbTransaction { get; }

    /// <summary>Commits the transaction, and lets what was stored in it start.</summary>
    /// <param name="cancellationToken">Cancels the commit.</param>
    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await DbTransaction.CommitAsync(cancellationToken);
        await CommittedAsync();
    }

    /// <summary>Lets start what was stored in the transaction, which other code has committed. Repeating it changes nothing.</summary>
    public async Task CommittedAsync()
    {
        Func<ValueTask>[] actions;
        lock (_lock)
        {
            actions = [.. _afterCommit];
            _afterCommit.Clear();
        }

        foreach (var action in actions)
            await action();
    }

    internal void AfterCommit(Func<ValueTask> action)
    {
        lock (_lock)
            _afterCommit.Add(action);
    }
}
