using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>Lets what was stored in a context's transaction start as soon as it is committed.</summary>
internal sealed class CommitInterceptor : DbTransactionInterceptor
{
    public static CommitInterceptor Instance { get; } = new();

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => CommittedAsync(eventData).GetAwaiter().GetResult();

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => CommittedAsync(eventData);

    private static Task CommittedAsync(TransactionEndEventData eventData) =>
        ProcessTransactions.Find(eventData.Context?.Database.CurrentTransaction)?.CommittedAsync() ?? Task.CompletedTask;
}
