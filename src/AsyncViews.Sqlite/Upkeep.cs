using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>Scheduled times and retention: what becomes of a process when its time has come, and what is deleted on request.</summary>
internal sealed class Upkeep(StoreFiles files, Transactions transactions, AsyncViewsOptions options, TimeProvider time)
{
    private const int Batch = 500;

    private readonly DateTimeOffset _openedAt = time.GetUtcNow();

    public async ValueTask<DueResult> QueueDueAsync()
    {
        // Nearly always there is nothing to write.
        var next = files.Database.Read(ProcessTable.NextTime);
        List<ProcessId> missed = [];
        while (next <= time.GetUtcNow())
        {
            missed.AddRange(await transactions.RunAsync(QueueDueBatch));
            next = files.Database.Read(ProcessTable.NextTime);
        }

        return new DueResult(missed, next);
    }

    public async ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout)
    {
        // Counted from the opening at the earliest: before that, nobody has looked for its page.
        var queuedBefore = time.GetUtcNow() - timeout;
        if (_openedAt > queuedBefore)
            return 0;

        return await transactions.RunAsync(unit =>
        {
            var unknown = ProcessTable.FindUnknown(unit.Db, types, queuedBefore);
            unknown.ForEach(id => unit.End(ProcessTable.Find(unit.Db, id)!, ProcessState.Missed));
            return unknown.Count;
        });
    }

    public async ValueTask<int> SweepAsync()
    {
        int batch, total = 0;
        do
        {
            batch = await transactions.RunAsync(BuryBatch);
            total += batch;
        }
        while (batch == Batch);

        await transactions.RunAsync(unit => ProcessTable.DropSpentKeys(unit.Db, unit.Now));
        await transactions.RunAsync(RemoveTombstones);
        await transactions.CompactAsync();
        return total;
    }

    public async ValueTask<bool> DiscardAsync(ProcessId id) => await transactions.RunAsync(unit =>
    {
        if (ProcessTable.Find(unit.Db, id) is not { Record: { IsGone: false } record } || !record.State.IsEnded())
            return false;

        unit.Bury(id, discarded: unit.Now);
        return true;
    });

    public async ValueTask<bool> RemoveAsync(ProcessId id) => await transactions.RunAsync(unit =>
    {
        if (ProcessTable.Find(unit.Db, id) is not { } row)
            return false;

        unit.Remove(row);
        return true;
    });

    private List<ProcessId> QueueDueBatch(UnitOfWork unit)
    {
        var late = ProcessTable.FindMissed(unit.Db, unit.Now, Batch);
        late.ForEach(row => unit.End(row, ProcessState.Missed, WhyMissed(row)));
        ProcessTable.QueueDue(unit.Db, unit.Now, Batch);
        return late.ConvertAll(row => row.Record.Id);
    }

    private byte[] WhyMissed(ProcessRow row) => SealedStatus.Of(ProcessOutcome.Missed(row.Record), row.Sealed.KeyIn(files.Vault));

    private static int BuryBatch(UnitOfWork unit)
    {
        var expired = ProcessTable.FindExpired(unit.Db, unit.Now, Batch);
        expired.ForEach(id => unit.Bury(id));
        return expired.Count;
    }

    private int RemoveTombstones(UnitOfWork unit)
    {
        // Written every time, so that a disk that cannot be written is noticed before somebody submits.
        unit.Db.Execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('swept', $value)", ("$value", BitConverter.GetBytes(unit.Now.UtcTicks)));
        return unit.RemoveTombstones(options.TombstoneRetention);
    }
}
