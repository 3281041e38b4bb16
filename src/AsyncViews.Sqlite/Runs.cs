using System.Collections.Concurrent;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Writes of a run, from its claim to its end, and the recovery of those that were lost.</summary>
internal sealed class Runs(StoreFiles files, Transactions transactions, SetAside setAside, TimeProvider time, ILogger logger)
{
    /// <summary>The number of scheduled processes that are queued at once.</summary>
    private const int Batch = 500;

    /// <summary>True once the index of the queue was found damaged. The next start builds it anew.</summary>
    private bool _isIndexDamaged;

    /// <summary>The current runs, so that a report or an end reads no row and derives no key.</summary>
    private readonly ConcurrentDictionary<ProcessId, ClaimedRun> _current = new();

    public async ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(IReadOnlySet<ProcessType> types, int count, int anonymous)
    {
        List<ClaimedProcess> claimed = [];

        // Nearly always after a run there is nothing to write.
        while (claimed.Count < count && IsAnyDue(types, anonymous))
        {
            var wanted = count - claimed.Count;
            var before = setAside.Count;
            var rows = await TryClaimAsync(types, wanted, anonymous);
            anonymous -= rows.Count(row => row.Row.Record.IsAnonymous);
            foreach (var row in rows)
            {
                if (await OpenAsync(row) is { } process)
                    claimed.Add(process);
            }

            // Where a damaged row was in the way, others may be behind it.
            if (rows.Count < wanted && setAside.Count == before)
                break;
        }

        return claimed;
    }

    private bool IsAnyDue(IReadOnlySet<ProcessType> types, int anonymous)
    {
        try
        {
            return _isIndexDamaged || files.Database.Read(db => QueueTable.IsAnyDue(db, types, anonymous, time.GetUtcNow()));
        }
        catch (StoreUnavailableException exception) when (Database.IsDamage(exception))
        {
            return true;
        }
    }

    private async Task<List<ClaimedRow>> TryClaimAsync(IReadOnlySet<ProcessType> types, int wanted, int anonymous)
    {
        var before = setAside.Count;
        try
        {
            return await transactions.RunAsync(unit =>
            {
                ProcessTable.QueueDue(unit.Db, unit.Now, Batch);
                var most = wanted + setAside.Count;
                var due = _isIndexDamaged
                    ? QueueTable.FindDueWithoutIndex(unit.Db, types, most, anonymous, unit.Now)
                    : QueueTable.FindDue(unit.Db, types, most, anonymous, unit.Now);
                return due.Where(setAside.HasNot).Take(wanted).Select(sequence => Claim(unit, sequence, types)).OfType<ClaimedRow>().ToList();
            });
        }
        catch (StoreUnavailableException) when (setAside.Count > before)
        {
            return [];
        }
        catch (StoreUnavailableException exception) when (!_isIndexDamaged && Database.IsDamage(exception))
        {
            SqliteLog.IndexDamaged(logger, exception);
            _isIndexDamaged = true;
            return await TryClaimAsync(types, wanted, anonymous);
        }
    }

    public async ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types)
    {
        var row = await transactions.RunAsync(unit =>
        {
            ProcessTable.QueueDue(unit.Db, unit.Now, Batch);
            return ProcessTable.TryFind(unit.Db, id) is { Record: { State: ProcessState.Queued } found } && types.Contains(found.Type) && !found.IsMissed(unit.Now)
                ? Claim(unit, found.Sequence, types) : null;
        });
        return row is null ? null : await OpenAsync(row);
    }

    /// <summary>Claims a row that an index says is queued; null if it is not, or cannot be read.</summary>
    private ClaimedRow? Claim(UnitOfWork unit, long sequence, IReadOnlySet<ProcessType> types)
    {
        try
        {
            if (ProcessTable.Claim(unit.Db, sequence, types, unit.Now) is { } row)
            {
                unit.EndWaiting(row.Row.Record.IsLimited, row.Row.BodyLength);
                return row;
            }

            setAside.Add(sequence);
        }
        catch (DamagedContentException exception)
        {
            setAside.Add(sequence, exception);
            unit.EndUnreadable(sequence);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_CORRUPT)
        {
            setAside.Add(sequence, exception);
            throw;
        }

        return null;
    }

    /// <summary>Opens what was claimed; null if it is damaged, and ended for that.</summary>
    private async Task<ClaimedProcess?> OpenAsync(ClaimedRow claimed)
    {
        try
        {
            var key = claimed.Row.Sealed.KeyIn(files.Vault);
            var process = claimed.Submission.Open(claimed.Row.Sealed.UnsealPast(files.Vault, key), key, files.Content.Open);
            _current[process.Record.Id] = new ClaimedRun(process.Record.Fence, key, claimed.Row.BodyFile);
            return process;
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.Damaged(logger, claimed.Row.Record.Id, exception);
            await EndDamagedAsync(claimed.Row);
            return null;
        }
    }

    public async ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version)
    {
        if (Find(id, fence) is not { } run)
            return false;

        var status = SealedStatus.Of(progress, run.Key);
        return await transactions.RunAsync(unit => ProcessTable.Report(unit.Db, id, fence, status, version));
    }

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken)
    {
        outcome.ThrowIfNoEndOfARun();
        if (Find(id, fence) is not { } run)
            return false;

        var content = outcome.Body is null ? null : await transactions.CompleteAsync(outcome.Body, cancellationToken);
        var end = new SealedEnd(
            outcome.State,
            outcome.Version,
            SealedStatus.Of(outcome, run.Key),
            content is null ? null : SealedResult.Of(outcome.Response, content, run.Key));
        var finished = await transactions.RunAsync(
            outcome.Body, unit => outcome.State == ProcessState.Scheduled ? Retry(unit, id, run, outcome, end) : unit.End(id, run, end));
        _current.TryRemove(KeyValuePair.Create(id, run));
        if (finished)
            outcome.Body?.Release();
        return finished;
    }

    public async ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive)
    {
        if (alive.Count == 0)
            return Heartbeat.Steady;

        var current = await transactions.RunAsync(unit => ProcessTable.Heartbeat(unit.Db, alive, unit.Now));
        return new Heartbeat(
            [.. current.Where(run => run.CancelRequested).Select(run => run.Id)],
            [.. alive.Select(run => run.Id).Except(current.Select(run => run.Id))]);
    }

    public async ValueTask<int> RecoverAsync(DateTimeOffset heartbeatBefore, IReadOnlySet<ProcessId> alive)
    {
        var recovered = await transactions.RunAsync(unit =>
        {
            var lost = ProcessTable.FindLost(unit.Db, heartbeatBefore).Where(run => !alive.Contains(run.Id)).ToArray();
            foreach (var (id, _, mayStartAgain) in lost)
            {
                _current.TryRemove(id, out _);
                if (ProcessTable.TryFind(unit.Db, id) is not { } row)
                    continue;

                if (!mayStartAgain)
                {
                    unit.End(row, ProcessState.Interrupted);
                    continue;
                }

                ProcessTable.QueueAgain(unit.Db, id);
                unit.BeginWaiting(row.Record.IsLimited, row.BodyLength);
            }

            return lost.Length;
        });
        if (recovered > 0)
            SqliteLog.Recovered(logger, recovered);
        return recovered;
    }

    /// <summary>Null if the run is no longer the current one: opening the store ended all runs of before.</summary>
    private ClaimedRun? Find(ProcessId id, int fence) => _current.TryGetValue(id, out var run) && run.Fence == fence ? run : null;

    private bool Retry(UnitOfWork unit, ProcessId id, ClaimedRun run, ProcessOutcome outcome, SealedEnd end)
    {
        if (ProcessTable.Find(unit.Db, id) is not { } row)
            return false;

        var canceled = outcome.UnlessCanceled(row.Record);
        if (canceled.State != ProcessState.Scheduled)
            return unit.End(id, run, end with { State = canceled.State });

        var failures = row.Sealed.UnsealPast(files.Vault, run.Key).Retried(outcome, unit.Now).Failures;
        if (!ProcessTable.Retry(unit.Db, id, run.Fence, outcome.NotBefore!.Value, outcome.Version, end.Status!, SealedRecord.SealFailures(failures, run.Key), unit.Now))
            return false;

        unit.BeginWaiting(row.Record.IsLimited, row.BodyLength);
        return true;
    }

    /// <summary>Seals the reason with the key of a new salt, since the old one may be damaged. Nothing else of the process can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRow row)
    {
        var key = files.Vault.NewKey(row.Record.Id, row.Record.Owner);
        var status = SealedStatus.Of(new ProcessOutcome(ProcessState.Failed) { Reason = ProcessReason.SubmissionDamaged }, key);
        try
        {
            await transactions.RunAsync(unit =>
            {
                unit.DeleteFilesOf(row.Record.Id);
                ProcessTable.GiveUp(unit.Db, row.Record.Id, key.Salt);
                return unit.End(row, ProcessState.Failed, status);
            });
        }
        catch (StoreUnavailableException exception)
        {
            // It is lost after a lease. The sound ones that were claimed with it run.
            SqliteLog.Damaged(logger, row.Record.Id, exception);
        }
    }
}
