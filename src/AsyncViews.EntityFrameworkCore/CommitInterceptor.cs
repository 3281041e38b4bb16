using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>Lets what was stored in a context's transaction start as soon as it is committed.</summary>
internal sealed class CommitInterceptor : DbTransactionInterceptor
{
    public static CommitInterceptor Instance { get; } = new();

    public override InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        CommittingAsync(eventData).GetAwaiter().GetResult();
        return result;
    }

    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await CommittingAsync(eventData);
        return result;
    }

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => CommittedAsync(eventData).GetAwaiter().GetResult();

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => CommittedAsync(eventData);

    private static Task CommittingAsync(TransactionEventData eventData) =>
        eventData.Context is { } context && ProcessTransactions.Find(context.Database.CurrentTransaction) is not null
            ? ProcessTransactions.ThrowIfAbortedAsync(context.Database)
            : Task.CompletedTask;

    /// <summary>Never throws: whoever commits would take the transaction for rolled back.</summary>
    private static async Task CommittedAsync(TransactionEndEventData eventData)
    {
        if (eventData.Context is not { } context || ProcessTransactions.Find(context.Database.CurrentTransaction) is not { } transaction)
            return;

        try
        {
            await transaction.CommittedAsync();
        }
        catch (AggregateException exception)
        {
            EntityFrameworkLog.FailedAfterCommit(context.GetService<ILoggerFactory>(), exception);
        }
    }
}
