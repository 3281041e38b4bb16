using System.Data;
using System.Data.Common;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>Ends of runs, in transactions of the store's own or in one that the work has written in.</summary>
internal sealed class Ends(Database database, Transactions transactions, CurrentRuns runs, HomeDatabase home, Vault vault)
{
    /// <summary>The most in one group: each may bring a result of up to 64 KiB.</summary>
    private const int MostAtOnce = 50;

    /// <summary>The ends of processes that nothing follows. All nodes lock rows in the order of their arrival.</summary>
    private readonly Grouping<RunEnd, bool> _grouped = new(
        MostAtOnce, groupsAtOnce: 1, ends => transactions.RunAloneAsync(unit => unit.EndAsync(ends)), (one, other) => one.Run.Sequence.CompareTo(other.Run.Sequence));

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken)
    {
        outcome.ThrowIfNoEndOfARun();
        if (runs.Find(id, fence) is not { } run)
            return false;

        var (end, content) = await SealAsync(outcome, run, cancellationToken);
        bool finished;
        try
        {
            finished = outcome.State == ProcessState.Scheduled ? await transactions.RunAsync(unit => RetryAsync(unit, id, run, outcome, end))
                : content is EncryptedContent || run.Body is not null ? await transactions.RunAsync(unit => EndAsync(unit, id, run, end, content))
                : await _grouped.StoreAsync(new RunEnd(id, run, end)) || await transactions.RunAsync(unit => unit.EndAsync(id, run, end));
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            outcome.Body?.Release();
            throw;
        }

        finished = finished || await IsStoredAsync(id, run, end);
        runs.Remove(id, run);
        if (finished)
            outcome.Body?.Release();
        return finished;
    }

    /// <summary>
    /// Tells whether the transaction is in the database of this store, and reads what others commit meanwhile. One with a snapshot
    /// could not end the run: its row has changed since, with every report.
    /// </summary>
    public async ValueTask<bool> CanFinishInAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        transaction is NpgsqlTransaction { IsolationLevel: IsolationLevel.ReadCommitted or IsolationLevel.Unspecified, Connection: { } connection }
        && await home.IsReachedByAsync(connection, cancellationToken);

    /// <summary>Content is whole in the database before; the transaction only names it.</summary>
    public async ValueTask<bool> FinishInAsync(ProcessId id, int fence, ProcessOutcome outcome, ProcessTransaction transaction, CancellationToken cancellationToken)
    {
        if (runs.Find(id, fence) is not { } run)
            return false;

        var (end, content) = await SealAsync(outcome, run, cancellationToken);
        var unit = transactions.Begin(new Statements((NpgsqlConnection)transaction.DbTransaction.Connection!));
        if (!await Database.GuardedAsync(() => EndAsync(unit, id, run, end, content)))
            return false;

        outcome.Body?.Release();
        transaction.AfterCommit(() =>
        {
            runs.Remove(id, run);
            transactions.Committed(unit);
            return Task.CompletedTask;
        });
        return true;
    }

    private static async Task<(SealedEnd End, Content? Content)> SealAsync(ProcessOutcome outcome, ClaimedRun run, CancellationToken cancellationToken)
    {
        var content = outcome.Body is null ? null : await outcome.Body.CompleteAsync(cancellationToken);
        return (SealedEnd.Of(outcome, content, run.Key), content);
    }

    private static async Task<bool> EndAsync(UnitOfWork unit, ProcessId id, ClaimedRun run, SealedEnd end, Content? content)
    {
        if (!await unit.EndAsync(id, run, end))
            return false;

        if (content is not null)
            await Contents.NameAsync(unit.Db, content);
        return true;
    }

    /// <summary>Tells whether an earlier try, which seemed to fail, has stored an end of this run. Nobody else lets it succeed.</summary>
    private async Task<bool> IsStoredAsync(ProcessId id, ClaimedRun run, SealedEnd end) =>
        await database.RunAsync(db => ProcessTable.FindAsync(db, id)) is { Record: { } record } && record.Fence == run.Fence && end.IsKeptIn(record.State) && record.Version >= end.Version;

    private async Task<bool> RetryAsync(UnitOfWork unit, ProcessId id, ClaimedRun run, ProcessOutcome outcome, SealedEnd end)
    {
        if (await ProcessTable.FindAsync(unit.Db, id, forUpdate: true) is not { Record: { State: ProcessState.Running } record } row || record.Fence != run.Fence)
            return false;

        var canceled = outcome.UnlessCanceled(record);
        if (canceled.State != ProcessState.Scheduled)
            return await unit.EndAsync(id, run, end with { State = canceled.State });

        var failures = row.Sealed.UnsealPast(vault, run.Key).Retried(outcome, unit.Now).Failures;
        await ProcessTable.RetryAsync(unit.Db, id, database.Clock.FromLocal(outcome.NotBefore!.Value), outcome.Version, end.Status!, SealedRecord.SealFailures(failures, run.Key), unit.Now);
        unit.BeginWaiting(record.IsLimited, row.BodyLength);
        unit.MoveTimes();
        unit.Announce(ProcessChangeKind.Turned, id);
        return true;
    }
}

/// <summary>The end of a run that is to be stored.</summary>
internal sealed record RunEnd(ProcessId Id, ClaimedRun Run, SealedEnd End);
