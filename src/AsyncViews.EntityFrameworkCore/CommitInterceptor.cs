using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>Lets what was stored in a context's transaction start as soon as it is committed.</summary>
internal sealed class CommitInterceptor : DbTransactionInterceptor
{
    public static CommitInterceptor Instance { get; } = new();

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => CommittedAsync(eventData).GetAwaiter().GetResult();

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => CommittedAsync(eventData);

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
            EntityFrameworkLog.FailedAfterCommit(context.GetService<ILoggerFactory>().CreateLogger("AsyncViews.EntityFrameworkCore"), exception);
        }
    }
}
