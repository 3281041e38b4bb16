using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Claims: who starts next, even if parts of the queue are damaged.</summary>
internal sealed class Claims(StoreFiles files, Transactions transactions, Runs runs, SetAside setAside, string node, TimeProvider time, ILogger logger)
{
    /// <summary>The number of scheduled processes that are queued at once.</summary>
    private const int Batch = 500;

    /// <summary>True once the index of the queue was found damaged. The next start builds it anew.</summary>
    private bool _isIndexDamaged;

    public async ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(IReadOnlySet<ProcessType> types, int count, int anonymous, IReadOnlyDictionary<string, int>? quotas)
    {
        List<ClaimedProcess> claimed = [];

        // Nearly always after a run there is nothing to write.
        while (claimed.Count < count && IsAnyDue(types, anonymous, quotas))
        {
            var wanted = count - claimed.Count;
            var before = setAside.Count;
            var rows = await TryClaimAsync(types, wanted, anonymous, quotas);
            var opened = claimed.Count;
            anonymous -= rows.Count(row => row.Row.Record.IsAnonymous);
            foreach (var row in rows)
            {
                if (await OpenAsync(row) is { } process)
                    claimed.Add(process);
            }

            // Where a damaged row was in the way, others may be behind it.
            if (rows.Count < wanted && setAside.Count == before && claimed.Count == opened + rows.Count)
                break;
        }

        return claimed;
    }

    private bool IsAnyDue(IReadOnlySet<ProcessType> types, int anonymous, IReadOnlyDictionary<string, int>? quotas)
    {
        try
        {
            return _isIndexDamaged || files.Database.Read(db => quotas is null or { Count: 0 }
                ? QueueTable.IsAnyDue(db, types, anonymous, time.GetUtcNow())
                : QuotaTable.IsAnyDue(db, types, anonymous, quotas, time.GetUtcNow()));
        }
        catch (StoreUnavailableException exception) when (Database.IsCorrupt(exception))
        {
            return true;
        }
    }

    private async Task<List<ClaimedRow>> TryClaimAsync(IReadOnlySet<ProcessType> types, int wanted, int anonymous, IReadOnlyDictionary<string, int>? quotas)
    {
        var before = setAside.Count;
        try
        {
            return await transactions.RunAsync(unit =>
            {
                ProcessTable.QueueDue(unit.Db, unit.Now, Batch);
                var most = wanted + setAside.Count;
                var due = quotas is { Count: > 0 }
                    ? QuotaTable.FindDue(unit.Db, types, most, anonymous, quotas, unit.Now, _isIndexDamaged)
                    : _isIndexDamaged
                    ? QueueTable.FindDueWithoutIndex(unit.Db, types, most, anonymous, unit.Now)
                    : QueueTable.FindDue(unit.Db, types, most, anonymous, unit.Now);
                return due.Where(setAside.HasNot).Take(wanted).Select(sequence => Claim(unit, sequence, types)).OfType<ClaimedRow>().ToList();
            }, (unit, late) => late.ForEach(row => unit.GiveBack(row.Row.Record.Id, row.Row.Record.Fence)));
        }
        catch (StoreUnavailableException) when (setAside.Count > before)
        {
            return [];
        }
        catch (StoreUnavailableException exception) when (!_isIndexDamaged && Database.IsCorrupt(exception))
        {
            SqliteLog.IndexDamaged(logger, exception);
            _isIndexDamaged = true;
            return await TryClaimAsync(types, wanted, anonymous, quotas);
        }
    }

    public async ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas)
    {
        var row = await transactions.RunAsync(unit =>
        {
            ProcessTable.QueueDue(unit.Db, unit.Now, Batch);
            return ProcessTable.TryFind(unit.Db, id) is { Record: { State: ProcessState.Queued } found } && types.Contains(found.Type) && !found.IsMissed(unit.Now)
                && QuotaTable.RoomUnder(unit.Db, quotas).FreeUnder(found.Quota) > 0
                ? Claim(unit, found.Sequence, types) : null;
        }, (unit, late) =>
        {
            if (late is not null)
                unit.GiveBack(late.Row.Record.Id, late.Row.Record.Fence);
        });
        return row is null ? null : await OpenAsync(row);
    }

    /// <summary>Claims a row that an index says is queued; null if it is not, or cannot be read.</summary>
    private ClaimedRow? Claim(UnitOfWork unit, long sequence, IReadOnlySet<ProcessType> types)
    {
        try
        {
            if (ProcessTable.Claim(unit.Db, sequence, types, node, unit.Now) is { } row)
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
        catch (SqliteException exception) when (Soundness.IsCorrupt(exception))
        {
            setAside.Add(sequence, exception);
            throw;
        }

        return null;
    }

    /// <summary>Opens a claimed process. Returns null if it is damaged, after ending it for that reason.</summary>
    private async Task<ClaimedProcess?> OpenAsync(ClaimedRow claimed)
    {
        try
        {
            var key = claimed.Row.Sealed.KeyIn(files.Vault);
            var process = claimed.Submission.Open(claimed.Row.Sealed.UnsealPast(files.Vault, key), key, files.Content.Open);
            runs.Begin(process.Record.Id, new ClaimedRun(process.Record.Fence, key, claimed.Row.BodyFile));
            return process;
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.Damaged(logger, claimed.Row.Record.Id, exception);
            await EndDamagedAsync(claimed.Row);
            return null;
        }
    }

    /// <summary>Seals the reason with the key of a new salt, since the old one may be damaged. Nothing else of the process can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRow row)
    {
        var key = files.Vault.NewKey(row.Record.Id, row.Record.Owner);
        var status = SealedStatus.Of(ProcessOutcome.Damaged, key);
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
