using AsyncViews;
using AsyncViews.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Stores processes in the transactions of a DbContext.</summary>
public static class ProcessTransactionExtensions
{
    /// <summary>Lets processes start as soon as the transaction of a context is committed that they were stored in. <see cref="GetProcessTransaction"/> needs it.</summary>
    /// <param name="options">The options of the context.</param>
    public static DbContextOptionsBuilder UseProcessTransactions(this DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddInterceptors(CommitInterceptor.Instance);
    }

    /// <summary>
    /// Returns the current transaction of the context, which this context has begun, for <see cref="ScheduleOptions.Transaction"/> or
    /// <see cref="AsyncViewsOptions.SubmissionTransaction"/>: what is stored in it exists exactly if it is committed. The store must be
    /// kept in the same PostgreSQL database; for others, see <see cref="ProcessTransaction.AfterCommit"/>.
    /// </summary>
    /// <param name="database">The database of the context, <c>context.Database</c>.</param>
    /// <exception cref="InvalidOperationException">There is no transaction, or nothing would hear of its commit. The message says what to do.</exception>
    public static ProcessTransaction GetProcessTransaction(this DatabaseFacade database)
    {
        ArgumentNullException.ThrowIfNull(database);
        var current = database.CurrentTransaction
            ?? throw new InvalidOperationException("The context has no transaction. Call Database.BeginTransactionAsync() first.");
        if (ProcessTransactions.Find(current) is { } known)
            return known;

        var interceptors = database.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.Interceptors;
        return interceptors?.Contains(CommitInterceptor.Instance) == true
            ? ProcessTransactions.Of(current)
            : throw new InvalidOperationException("The context does not tell when its transaction is committed. Call UseProcessTransactions() on the options of the context.");
    }
}
