using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace AsyncViews.EntityFrameworkTests.Support;

/// <summary>Retries transient errors, as EnableRetryOnFailure does where a database is known to have some.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "Entity Framework makes it.")]
internal sealed class Retrying(ExecutionStrategyDependencies dependencies) : IExecutionStrategyFactory
{
    public IExecutionStrategy Create() => new Strategy(dependencies);

    private sealed class Strategy(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.FromMilliseconds(1))
    {
        protected override bool ShouldRetryOn(Exception exception) => exception is TransientException;
    }
}

internal sealed class TransientException() : Exception("The connection broke for a moment.");

internal sealed class FailingCommit : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) => throw new TransientException();
}

/// <summary>Commits, and loses the answer.</summary>
internal sealed class LostCommit : DbTransactionInterceptor
{
    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await transaction.CommitAsync(cancellationToken);
        throw new TransientException();
    }
}

internal sealed class FailingBeginning(Func<bool> fails) : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
        fails() ? throw new TransientException() : base.TransactionStartingAsync(connection, eventData, result, cancellationToken);
}
