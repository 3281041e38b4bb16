using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Scheduled times and retention: what becomes of a process when its time has come, and what is deleted on request.</summary>
internal sealed class Upkeep(Database database, Transactions transactions, DueTimes dueTimes, Nodes nodes, Vault vault, AsyncViewsOptions options)
{
    private const int Batch = 500;

    /// <summary>The pause before the next look at what somebody else has locked: it is still due, and all nodes would look without end until the lock is gone.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly DateTimeOffset _openedAt = database.Clock.Now;

    public async ValueTask<DueResult> QueueDueAsync()
    {
        List<ProcessId> missed = [];
        while (true)
        {
            // Nearly always there is nothing to ask for, and nothing to write.
            var next = dueTimes.Next(out var isKnown, out var version);
            if (!isKnown)
            {
                next = await database.RunAsync(ProcessTable.NextTimeAsync);
                dueTimes.Learn(next, version);
            }

            if (next is null || next > database.Clock.Now)
                return new DueResult(missed, next is { } later ? database.Clock.ToLocal(later) : null);

            dueTimes.Forget();
            var (late, queued) = await transactions.RunAsync(QueueDueBatchAsync);
            missed.AddRange(late);
            if (late.Count + queued == 0)
            {
                // Another node is doing it.
                return new DueResult(missed, database.Clock.ToLocal(database.Clock.Now + Pause));
            }
        }
    }

    public async ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout)
    {
        nodes.Know(types);

        // Counted from the opening at the earliest: before that, nobody has looked for its page.
        var queuedBefore = database.Clock.Now - timeout;
        if (_openedAt > queuedBefore || await database.RunAsync(db => ProcessTable.FindUnknownAsync(db, types, queuedBefore)) is [])
            return 0;

        return await transactions.RunAsync(async unit =>
        {
            var unknown = await ProcessTable.FindUnknownAsync(unit.Db, types, queuedBefore);
            foreach (var row in unknown)
                await unit.EndAsync(row, ProcessState.Missed);
            return unknown.Count;
        });
    }

    /// <summary>Does nothing while another node sweeps, and asks a single question if there is nothing to do.</summary>
    public async ValueTask<int> SweepAsync()
    {
        // What other nodes have added may not have been heard of.
        dueTimes.Forget();
        if (!await database.RunAsync(HasWorkAsync))
            return 0;

        int batch, total = 0;
        do
        {
            batch = await transactions.RunAsync(BuryBatchAsync);
            total += batch;
        }
        while (batch == Batch);

        await transactions.RunAsync(TidyAsync);
        while (await transactions.RunAsync(RemoveTombstonesAsync) == Batch)
        {
        }

        while (await transactions.RunAsync(DeleteContentsAsync))
        {
        }

        return total;
    }

    public async ValueTask<bool> DiscardAsync(ProcessId id) => await transactions.RunAsync(async unit =>
    {
        if (await ProcessTable.FindAsync(unit.Db, id, forUpdate: true) is not { Record: { IsGone: false } record } || !record.State.IsEnded())
            return false;

        await unit.BuryAsync(id, discarded: unit.Now);
        return true;
    });

    public async ValueTask<bool> RemoveAsync(ProcessId id) => await transactions.RunAsync(async unit =>
    {
        if (await ProcessTable.FindAsync(unit.Db, id, forUpdate: true) is not { } row)
            return false;

        await unit.RemoveAsync(row);
        return true;
    });

    private Task<bool> HasWorkAsync(Statements db)
    {
        var now = database.Clock.Now;
        return db.QueryFirstAsync(
            $"""
            SELECT EXISTS (SELECT 1 FROM asyncviews_processes WHERE {ProcessTable.Expired("$1")})
                OR EXISTS (SELECT 1 FROM asyncviews_processes WHERE {ProcessTable.OldTombstones("$2")})
                OR EXISTS (SELECT 1 FROM asyncviews_processes WHERE {ProcessTable.SpentKeys("$1", "$3", "$4")})
                OR EXISTS (SELECT 1 FROM asyncviews_contents WHERE {Contents.Unread("$5")})
                OR EXISTS (SELECT 1 FROM asyncviews_contents WHERE {Contents.Orphaned("$6")})
                OR EXISTS ({EndedTable.Divided}) OR EXISTS ({ShareTable.Divided}) OR EXISTS ({HourTable.Divided})
                OR EXISTS (SELECT 1 FROM asyncviews_hours WHERE {HourTable.Old("$1")})
            """,
            row => row.GetBoolean(0),
            [Time(now), Time(now - options.TombstoneRetention), .. ProcessTable.KeyRetentions(now), .. Contents.Times]);
    }

    private async Task<(List<ProcessId> Missed, int Queued)> QueueDueBatchAsync(UnitOfWork unit)
    {
        List<ProcessId> late = [];
        foreach (var row in await ProcessTable.FindMissedAsync(unit.Db, unit.Now, Batch))
        {
            // The end of one before may have ended it.
            if (await unit.EndAsync(row, ProcessState.Missed, SealedStatus.Of(ProcessOutcome.Missed(row.Record), row.Sealed.KeyIn(vault))))
                late.Add(row.Record.Id);
        }

        return (late, await ProcessTable.QueueDueAsync(unit.Db, unit.Now, Batch));
    }

    private static async Task<int> BuryBatchAsync(UnitOfWork unit)
    {
        if (!await IsSweeperAsync(unit.Db))
            return 0;

        var expired = await ProcessTable.FindExpiredAsync(unit.Db, unit.Now, Batch);
        foreach (var id in expired)
            await unit.BuryAsync(id);
        return expired.Count;
    }

    private static async Task<int> TidyAsync(UnitOfWork unit)
    {
        if (!await IsSweeperAsync(unit.Db))
            return 0;

        await EndedTable.AddUpAsync(unit.Db);
        await ShareTable.AddUpAsync(unit.Db);
        await HourTable.AddUpAsync(unit.Db, unit.Now);
        await SuccessionTable.ForgetAsync(unit.Db);
        return await ProcessTable.DropSpentKeysAsync(unit.Db, unit.Now);
    }

    private async Task<int> RemoveTombstonesAsync(UnitOfWork unit) =>
        await IsSweeperAsync(unit.Db) ? await ProcessTable.RemoveTombstonesAsync(unit.Db, unit.Now - options.TombstoneRetention, Batch) : 0;

    private static async Task<bool> DeleteContentsAsync(UnitOfWork unit) => await IsSweeperAsync(unit.Db) && await Contents.DeleteAsync(unit.Db);

    private static Task<bool> IsSweeperAsync(Statements db) =>
        db.QueryFirstAsync("SELECT pg_try_advisory_xact_lock($1, hashtext(current_schema()))", row => row.GetBoolean(0), Int(Locks.Sweep));
}
