using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Scheduled times and retention: what becomes of a process when its time has come, and what is deleted on request.</summary>
internal sealed class Upkeep(StoreFiles files, Transactions transactions, AsyncViewsOptions options, TimeProvider time, ILogger logger)
{
    private const int Batch = 500;

    /// <summary>The bytes that are overwritten in one transaction: some milliseconds of work, and of the room for it.</summary>
    private const long BytesOfASlice = 512 * 1024;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private readonly DateTimeOffset _openedAt = time.GetUtcNow();

    public async ValueTask<DueResult> QueueDueAsync()
    {
        try
        {
            return await QueueAllDueAsync();
        }
        catch (StoreUnavailableException exception) when (Database.IsCorrupt(exception))
        {
            SqliteLog.DueTimesDamaged(logger, exception);
            return new DueResult([], time.GetUtcNow() + LookAgain);
        }
    }

    private async Task<DueResult> QueueAllDueAsync()
    {
        // Nearly always there is nothing to write.
        var next = files.Database.Read(ProcessTable.NextTime);
        List<ProcessId> missed = [];
        while (next <= time.GetUtcNow())
        {
            var (late, hasChanged) = await transactions.RunAsync(QueueDueBatch);
            missed.AddRange(late);
            next = files.Database.Read(ProcessTable.NextTime);

            // An entry of a damaged index, which no row has, would be due for ever.
            if (!hasChanged && next <= time.GetUtcNow())
                return new DueResult(missed, time.GetUtcNow() + LookAgain);
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
            return unknown.Count(id => ProcessTable.TryFind(unit.Db, id) is { } row && unit.End(row, ProcessState.Missed));
        });
    }

    /// <summary>Writes something every time, so that a disk that cannot be written is noticed before somebody submits.</summary>
    public async ValueTask ProbeAsync() => await WithBallastAsync(() => transactions.DeleteUnnamedAsync(NoteProbe));

    public async ValueTask<int> SweepAsync() => await WithBallastAsync(RemoveExpiredAsync);

    private async Task<T> WithBallastAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (StoreUnavailableException exception) when (Ballast.IsOfAFullDisk(exception) && files.Ballast.GiveUp())
        {
            SqliteLog.BallastGivenUp(logger, exception);
            return await work();
        }
    }

    private async Task<int> RemoveExpiredAsync()
    {
        int batch, total = 0;
        do
        {
            batch = await transactions.RunAsync(BurySlice);
            total += batch;
        }
        while (batch > 0);

        foreach (var spent in files.Database.Read(db => RetentionTable.FindSpentKeys(db, time.GetUtcNow())).Chunk(Batch))
            await transactions.RunAsync(unit => RetentionTable.DropSpentKeys(unit.Db, spent, unit.Now));
        await transactions.RunAsync(unit => HourTable.Forget(unit.Db, unit.Now));
        while (await transactions.RunAsync(unit => unit.RemoveTombstones(options.TombstoneRetention, Batch)) == Batch)
        {
        }

        await transactions.CompactAsync();
        files.Ballast.Renew(files.Content.FreeBytes - options.MinFreeDiskBytes);
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

    private (List<ProcessId> Late, bool HasChanged) QueueDueBatch(UnitOfWork unit)
    {
        var late = ProcessTable.FindMissed(unit.Db, unit.Now, Batch).FindAll(row => unit.End(row, ProcessState.Missed, WhyMissed(row)));
        var queued = ProcessTable.QueueDue(unit.Db, unit.Now, Batch);
        return (late.ConvertAll(row => row.Record.Id), late.Count + queued > 0);
    }

    private byte[] WhyMissed(ProcessRow row) => SealedStatus.Of(ProcessOutcome.Missed(row.Record), row.Sealed.KeyIn(files.Vault));

    /// <summary>Buries as much as others may have to wait for.</summary>
    private static int BurySlice(UnitOfWork unit)
    {
        int buried = 0;
        long bytes = 0;
        foreach (var (id, length) in RetentionTable.FindExpired(unit.Db, unit.Now, Batch))
        {
            buried += unit.Bury(id) ? 1 : 0;
            bytes += length;
            if (bytes >= BytesOfASlice)
                break;
        }

        return buried;
    }

    private static void NoteProbe(UnitOfWork unit) =>
        unit.Db.Execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('probed', $value)", ("$value", BitConverter.GetBytes(unit.Now.UtcTicks)));
}
