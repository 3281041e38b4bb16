using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;

namespace AsyncViews.PostgreSql;

/// <summary>Reports of runs, and the recovery of those that were lost.</summary>
internal sealed class Runs(Database database, Transactions transactions, CurrentRuns current, Nodes nodes, ILogger logger)
{
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
        return Storage.Heartbeat.Of(alive, current) with { DrainRequested = drainRequested };
    }

    /// <summary>Ends or queues the runs of dead nodes, and those without a sign of life for a lease if their silence is judged.</summary>
    public async ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, IReadOnlyList<string> dead, bool judgesSilence)
    {
        var recovered = await transactions.RunAsync(async unit =>
        {
            var lost = await ProcessTable.FindLostAsync(unit.Db, judgesSilence ? database.Clock.Now - lease : DateTimeOffset.MinValue, dead, alive.Select(id => id.ToString()));
            foreach (var (row, mayStartAgain) in lost)
            {
                var record = row.Record;
                current.Remove(record.Id);
                if (record.Quota is not null)
                    unit.Announce(ProcessChangeKind.Waiting);
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
}
