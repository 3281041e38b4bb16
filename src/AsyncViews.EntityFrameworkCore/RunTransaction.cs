using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Transactions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>One run in one transaction: begun → worked → ended → committed.</summary>
internal sealed class RunTransaction<TContext>(ProcessRunContext run, RunTransactionOptions options) where TContext : DbContext
{
    private bool _hasBegun;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Returns the attribute that decides on the transaction of a run: the last one, which is the handler's. Null if none does.</summary>
    public static Attribute? ChoiceOf(EndpointMetadataCollection metadata) =>
        metadata.OfType<Attribute>().LastOrDefault(attribute => attribute is TransactionalAttribute<TContext> or NotTransactionalAttribute);

    /// <exception cref="InvalidOperationException">The work cannot be surrounded with a transaction. The message says what to do.</exception>
    public async Task InvokeAsync(Func<Task> next)
    {
        var context = FindContext();
        if (options.CommandTimeout is { } timeout)
            context.Database.SetCommandTimeout(timeout);
        context.Database.AutoSavepointsEnabled = options.UsesSavepoints;

        // A strategy may retry what comes before the work, and must not retry the work: a run that starts again is an attempt that people see.
        await context.Database.CreateExecutionStrategy().ExecuteAsync(token => TryAsync(context, next, token), run.Process.CancellationToken);
        _failure?.Throw();
    }

    private TContext FindContext()
    {
        if (Transaction.Current is not null)
            throw new InvalidOperationException($"A run cannot begin a transaction of {typeof(TContext).Name} inside a TransactionScope. Remove the scope around it, or mark the page or job with [NotTransactional].");

        var context = run.Services.GetService<TContext>()
            ?? throw new InvalidOperationException($"{typeof(TContext).Name} is not a service, so {run.Type} cannot run in a transaction of it. Call AddDbContext<{typeof(TContext).Name}>(…).");
        if (!ReferenceEquals(context, run.Services.GetService<TContext>()))
            throw new InvalidOperationException($"{typeof(TContext).Name} is registered as transient, so the work would not use the context of its transaction. Register it as scoped.");

        return context.Database.CurrentTransaction is null
            ? context
            : throw new InvalidOperationException($"{typeof(TContext).Name} has a transaction already, which another filter has begun. Keep one of the two.");
    }

    private async Task TryAsync(TContext context, Func<Task> next, CancellationToken cancellationToken)
    {
        if (_hasBegun)
            return;

        try
        {
            await using var current = options.IsolationLevel == System.Data.IsolationLevel.Unspecified
                ? await context.Database.BeginTransactionAsync(cancellationToken)
                : await context.Database.BeginTransactionAsync(options.IsolationLevel, cancellationToken);
            var transaction = ProcessTransactions.Of(current);
            await run.BeginTransactionAsync(transaction, cancellationToken);
            _hasBegun = true;
            try
            {
                await next();
            }
            catch when (context.Database.CurrentTransaction != current)
            {
                await run.NoteCommitAsync();
                throw;
            }

            await CommitAsync(context, current, transaction);
        }
        catch (Exception exception) when (_hasBegun)
        {
            _failure ??= ExceptionDispatchInfo.Capture(exception);
        }
    }

    private async Task CommitAsync(TContext context, IDbContextTransaction current, ProcessTransaction transaction)
    {
        if (context.Database.CurrentTransaction != current)
        {
            // It may have saved something.
            await run.NoteCommitAsync();
            throw new InvalidOperationException($"The transaction around the work of {run.Type} has ended, or its connection broke and was opened again. What came after that is not in it. Remove the work's own commit or rollback, or mark the work with [NotTransactional]. Do not catch the exception of a broken connection.");
        }

        var holdsEnd = await run.TryEndInAsync(transaction);
        if (!holdsEnd)
        {
            await ProcessTransactions.ThrowIfAbortedAsync(context.Database);
            try
            {
                await run.NoteCommitAsync();
            }
            catch
            {
                run.NoteRollback();
                throw;
            }
        }

        try
        {
            await current.CommitAsync(CancellationToken.None);
            await transaction.CommittedAsync();
        }
        catch (DbException exception) when (!holdsEnd && !transaction.IsCommitted)
        {
            if (exception.SqlState is not null || await TryRollBackAsync(current))
                run.NoteRollback();
            throw;
        }
        catch (Exception exception) when (transaction.IsCommitted)
        {
            EntityFrameworkLog.FailedAfterCommit(run.Services.GetRequiredService<ILoggerFactory>(), exception);
        }
    }

    /// <summary>Rolls back a transaction whose commit has failed. Returns true if that was possible: then nothing was committed. Not every database has a code that says so.</summary>
    private static async Task<bool> TryRollBackAsync(IDbContextTransaction current)
    {
        try
        {
            await current.RollbackAsync(CancellationToken.None);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
