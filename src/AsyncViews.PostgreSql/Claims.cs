using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;

namespace AsyncViews.PostgreSql;

/// <summary>Claims: who starts next.</summary>
internal sealed class Claims(Database database, Contents contents, Transactions transactions, AnsweredClaims answered, DueTimes dueTimes, CurrentRuns current, Vault vault, string node, ILogger logger)
{
    public async ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(IReadOnlySet<ProcessType> types, int count, int anonymous, IReadOnlyDictionary<string, int>? quotas)
    {
        await answered.TakeBackAsync();
        List<ClaimedProcess> claimed = [];
        while (claimed.Count < count)
        {
            var wanted = count - claimed.Count;
            List<ClaimedRow> rows;
            try
            {
                rows = quotas is { Count: > 0 }
                    ? await ClaimUnderAsync(quotas, types, wanted, anonymous)
                    : await answered.RunAsync(async unit => Claimed(unit, await QueueTable.ClaimNextAsync(unit.Db, types, node, wanted, anonymous, unit.Now, database.Clock.Skew)));
            }
            catch (StoreUnavailableException) when (claimed.Count > 0)
            {
                return claimed;
            }

            var opened = claimed.Count;
            anonymous -= rows.Count(row => row.Row.Record.IsAnonymous);
            foreach (var row in rows.OrderBy(row => row.Row.Record, ProcessRecord.ByTurn))
            {
                if (await OpenAsync(row) is { } process)
                    claimed.Add(process);
            }

            // Others may wait behind damaged ones, and behind those that two limits at once have left out.
            var isCut = quotas is { Count: > 0 } && anonymous < count;
            if (rows.Count == 0 || (rows.Count < wanted && claimed.Count == opened + rows.Count && !isCut))
                break;
        }

        return claimed;
    }

    /// <inheritdoc cref="AnsweredClaims.TakeBackAsync" />
    public Task TakeBackAsync() => answered.TakeBackAsync();

    public async ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas)
    {
        await answered.TakeBackAsync();
        var rows = await answered.RunAsync(async unit =>
            Claimed(unit, await ClaimAsync(unit, id, types, quotas) is { } row ? [row] : []));
        return rows is [var claimed] ? await OpenAsync(claimed) : null;
    }

    private Task<ClaimedRow?> ClaimAsync(UnitOfWork unit, ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas) => quotas is { Count: > 0 }
        ? QuotaTable.ClaimAsync(unit.Db, id, types, node, quotas, unit.Now, database.Clock.Skew)
        : QueueTable.ClaimAsync(unit.Db, id, types, node, unit.Now, database.Clock.Skew);

    /// <summary>Asks first which quotas have a place, so that a claim rarely waits for that of another node.</summary>
    private async Task<List<ClaimedRow>> ClaimUnderAsync(IReadOnlyDictionary<string, int> quotas, IReadOnlySet<ProcessType> types, int count, int anonymous)
    {
        var isAnyDue = dueTimes.Next(out var isKnown, out _) <= database.Clock.Now || !isKnown;
        var open = await transactions.RunAloneAsync(unit => QuotaTable.FindOpenAsync(unit, quotas, isAnyDue));
        return await answered.RunAsync(async unit =>
            Claimed(unit, await QuotaTable.ClaimNextAsync(unit.Db, open, types, node, count, anonymous, unit.Now, database.Clock.Skew)));
    }

    private static List<ClaimedRow> Claimed(UnitOfWork unit, List<ClaimedRow> rows)
    {
        foreach (var row in rows)
        {
            unit.EndWaiting(row.Row.Record.IsLimited, row.Row.BodyLength);
            unit.Announce(ProcessChangeKind.Turned, row.Row.Record.Id);
        }

        // Another node that has looked in the same moment has passed those over, and would look again only at its next sweep.
        if (rows.Exists(row => row.LeavesOthers))
            unit.Announce(ProcessChangeKind.Waiting);
        return rows;
    }

    /// <summary>Opens a claimed process. Returns null if it is damaged, after ending it for that reason.</summary>
    private async Task<ClaimedProcess?> OpenAsync(ClaimedRow claimed)
    {
        try
        {
            var key = claimed.Row.Sealed.KeyIn(vault);
            var process = claimed.Submission.Open(claimed.Row.Sealed.UnsealPast(vault, key), key, contents.Open);
            current.Add(process.Record.Id, new ClaimedRun(process.Record.Sequence, process.Record.Fence, key, claimed.Row.Body));
            return process;
        }
        catch (DamagedContentException exception)
        {
            PostgreSqlLog.Damaged(logger, claimed.Row.Record.Id, exception);
            await EndDamagedAsync(claimed.Row);
            return null;
        }
    }

    /// <summary>Seals the reason with the key of a new salt, since the old one may be damaged. Nothing else of the process can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRow row)
    {
        var key = vault.NewKey(row.Record.Id, row.Record.Owner);
        var status = SealedStatus.Of(ProcessOutcome.Damaged, key);
        try
        {
            await transactions.RunAsync(async unit =>
            {
                await Contents.RemoveOfAsync(unit.Db, row.Record.Id);
                await ProcessTable.GiveUpAsync(unit.Db, row.Record.Id, key.Salt);
                return await unit.EndAsync(row, ProcessState.Failed, status);
            });
        }
        catch (StoreUnavailableException exception)
        {
            // It is lost after a lease. The sound ones that were claimed with it run.
            PostgreSqlLog.Damaged(logger, row.Record.Id, exception);
        }
    }
}
