using System.Collections.Concurrent;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Writes of a run, after its claim and to its end, and the recovery of those that were lost.</summary>
internal sealed class Runs(StoreFiles files, Transactions transactions, ILogger logger)
{
    /// <summary>The current runs, so that a report or an end reads no row and derives no key.</summary>
    private readonly ConcurrentDictionary<ProcessId, ClaimedRun> _current = new();

    /// <summary>Notes a run that was claimed.</summary>
    public void Begin(ProcessId id, ClaimedRun run) => _current[id] = run;

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
        var end = SealedEnd.Of(outcome, content, run.Key);
        var finished = await transactions.RunAsync(
            outcome.Body, unit => (outcome.State == ProcessState.Scheduled ? Retry(unit, id, run, outcome, end) : unit.End(id, run, end)) || IsStored(unit, id, run, end));
        _current.TryRemove(KeyValuePair.Create(id, run));
        if (finished)
            outcome.Body?.Release();
        return finished;
    }

    public async ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive)
    {
        if (alive.Count == 0)
            return Heartbeat.Steady;

        return Heartbeat.Of(alive, await transactions.RunAsync(unit => ProcessTable.Heartbeat(unit.Db, alive, unit.Now)));
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
    public ClaimedRun? Find(ProcessId id, int fence) => _current.TryGetValue(id, out var run) && run.Fence == fence ? run : null;

    /// <summary>Tells whether an earlier try, which seemed to fail, has stored an end of this run. Nobody else lets it succeed.</summary>
    private static bool IsStored(UnitOfWork unit, ProcessId id, ClaimedRun run, SealedEnd end) =>
        ProcessTable.TryFind(unit.Db, id) is { Record: var record } && record.Fence == run.Fence && end.IsKeptIn(record.State) && record.Version >= end.Version;

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
}
