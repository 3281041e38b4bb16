using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;

namespace AsyncViews.PostgreSql;

/// <summary>Claims and reports of runs, and the recovery of those that were lost.</summary>
internal sealed class Runs(Database database, Contents contents, Transactions transactions, CurrentRuns current, Nodes nodes, Vault vault, ILogger logger)
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(36_500);

    public async ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(IReadOnlySet<ProcessType> types, string node, int count, int anonymous)
    {
        List<ClaimedProcess> claimed = [];
        while (claimed.Count < count)
        {
            var wanted = count - claimed.Count;
            List<ClaimedRow> rows;
            try
            {
                rows = await transactions.RunAloneAsync(async unit => Claimed(unit, await QueueTable.ClaimNextAsync(unit.Db, types, node, wanted, anonymous, unit.Now, database.Clock.Skew)));
            }
            catch (StoreUnavailableException) when (claimed.Count > 0)
            {
                return claimed;
            }

            anonymous -= rows.Count(row => row.Row.Record.IsAnonymous);
            foreach (var row in rows.OrderBy(row => row.Row.Record, ProcessRecord.ByTurn))
            {
                if (await OpenAsync(row) is { } process)
                    claimed.Add(process);
            }

            // Of these, none is damaged, or nothing else waits.
            if (claimed.Count == count || rows.Count < wanted)
                break;
        }

        return claimed;
    }

    public async ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, string node)
    {
        var rows = await transactions.RunAloneAsync(async unit =>
            Claimed(unit, await QueueTable.ClaimAsync(unit.Db, id, types, node, unit.Now, database.Clock.Skew) is { } row ? [row] : []));
        return rows is [var claimed] ? await OpenAsync(claimed) : null;
    }

    public async ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version)
    {
        if (current.Find(id, fence) is not { } run)
            return false;

        var status = SealedStatus.Of(progress, run.Key);
        return await transactions.RunAloneAsync(async unit =>
        {
            var isStored = await ProcessTable.ReportAsync(unit.Db, id, fence, status, version);
            if (isStored)
                unit.Announce(ProcessChangeKind.Reported, id);
            return isStored;
        });
    }

    /// <summary>Proves that these runs are alive, on the caller's thread.</summary>
    public Heartbeat Heartbeat(IReadOnlyCollection<FencedRun> alive)
    {
        var (drainRequested, current) = nodes.Beat(alive);
        return new Heartbeat(
            [.. current.Where(run => run.CancelRequested).Select(run => run.Id)],
            [.. alive.Select(run => run.Id).Except(current.Select(run => run.Id))])
        {
            DrainRequested = drainRequested,
        };
    }

    /// <summary>Ends or queues the runs of dead nodes, and those without a sign of life for a lease if their silence is judged.</summary>
    public async ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, IReadOnlyList<string> dead, bool judgesSilence)
    {
        var recovered = await transactions.RunAsync(async unit =>
        {
            var lost = await ProcessTable.FindLostAsync(unit.Db, judgesSilence ? lease : Never, database.Clock.Skew, dead, alive.Select(id => id.ToString()));
            foreach (var (row, mayStartAgain) in lost)
            {
                var record = row.Record;
                current.Remove(record.Id);
                if (!mayStartAgain)
                {
                    await unit.EndAsync(row, ProcessState.Interrupted);
                    continue;
                }

                await ProcessTable.QueueAgainAsync(unit.Db, record.Id);
                unit.BeginWaiting(record.IsLimited, row.BodyLength);
                unit.Announce(ProcessChangeKind.Waiting, record.Id);
            }

            await Nodes.ForgetAsync(unit.Db, dead);
            return lost.Count;
        });
        if (recovered > 0)
            PostgreSqlLog.Recovered(logger, recovered);
        return recovered;
    }

    private static List<ClaimedRow> Claimed(UnitOfWork unit, List<ClaimedRow> rows)
    {
        foreach (var row in rows)
        {
            unit.EndWaiting(row.Row.Record.IsLimited, row.Row.BodyLength);
            unit.Announce(ProcessChangeKind.Turned, row.Row.Record.Id);
        }

        return rows;
    }

    /// <summary>Opens what was claimed; null if it is damaged, and ended for that.</summary>
    private async Task<ClaimedProcess?> OpenAsync(ClaimedRow claimed)
    {
        try
        {
            var key = claimed.Row.Sealed.KeyIn(vault);
            var process = claimed.Submission.Open(claimed.Row.Sealed.UnsealPast(vault, key), key, contents.Open);
            current.Add(process.Record.Id, new ClaimedRun(process.Record.Fence, key, claimed.Row.Body));
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
        var status = SealedStatus.Of(new ProcessOutcome(ProcessState.Failed) { Reason = ProcessReason.SubmissionDamaged }, key);
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
