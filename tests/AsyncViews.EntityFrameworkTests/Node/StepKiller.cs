using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>Kills its own process at one of the steps that runs take with the application's database.</summary>
/// <param name="processes">Tells whether a run takes the step.</param>
/// <param name="killAt">The number of the step, from 1.</param>
internal sealed class StepKiller(IProcessContextAccessor processes, int killAt) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private int _steps;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) => Passed(result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) => Passed(result);

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) => Passed(result);

    public ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) => Passed(result);

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) => Passed(result);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Passed(true).AsTask();

    private ValueTask<T> Passed<T>(T result)
    {
        if (processes.Process is not null && Interlocked.Increment(ref _steps) == killAt)
            Process.GetCurrentProcess().Kill();
        return ValueTask.FromResult(result);
    }
}
