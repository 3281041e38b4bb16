using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.PostgreSql;

/// <summary>One transaction: its statements, what they do to the load, and what other nodes are told after the commit.</summary>
internal sealed class UnitOfWork(Statements db, Vault vault, DateTimeOffset now, TimeSpan retention)
{
    private readonly List<ProcessChange> _changes = [];
    private readonly List<ProcessChange> _followers = [];
    private readonly Queue<Settled> _unsettled = new();
    private bool _isSettling;

    public Statements Db { get; } = db;

    public DateTimeOffset Now { get; } = now;

    public IReadOnlyList<ProcessChange> Changes => _changes;

    /// <summary>The processes that were released or ended together with others, and those that claims may have passed over.</summary>
    public IReadOnlyList<ProcessChange> Followers => _followers;

    /// <summary>The change in the number of waiting submissions.</summary>
    public int Queued { get; private set; }

    /// <summary>The change in the bytes of their bodies.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>Tells whether something waits for another time than before.</summary>
    public bool HasMovedTimes { get; private set; }

    public void MoveTimes() => HasMovedTimes = true;

    public void Announce(ProcessChangeKind kind, ProcessId? id = null) => _changes.Add(new ProcessChange(kind, id));

    /// <summary>Tells the engine of a queued process once more, after the commit. Its row is locked until then, so a claim may have passed it over.</summary>
    public void HandOver(ProcessId id) => _followers.Add(new ProcessChange(ProcessChangeKind.Scheduled, id));

    public void BeginWaiting(bool isLimited, long bodyLength) => Count(isLimited, 1, bodyLength);

    public void EndWaiting(bool isLimited, long bodyLength) => Count(isLimited, -1, -bodyLength);

    /// <summary>Ends a live process as the row describes it, which is locked.</summary>
    public async Task<bool> EndAsync(ProcessRow row, ProcessState to, byte[]? status = null)
    {
        var record = row.Record;
        if (!await EndAsync(record.Id, record.State, record.Fence, row.Body, new SealedEnd(to, Status: status)))
            return false;

        if (record.State != ProcessState.Running)
            EndWaiting(record.IsLimited, row.BodyLength);
        return true;
    }

    /// <summary>Ends the current run of a process. Returns false and changes nothing if it is another.</summary>
    public Task<bool> EndAsync(ProcessId id, ClaimedRun run, SealedEnd end) => EndAsync(id, ProcessState.Running, run.Fence, run.Body, end);

    /// <summary>Ends the current runs of processes that nothing follows. Returns false for the others, and for those whose run is another, and leaves them unchanged.</summary>
    public Task<List<bool>> EndAsync(IReadOnlyList<RunEnd> ends) =>
        EndAsync([.. ends.Select(end => new Ending(end.Id, ProcessState.Running, end.Run.Fence, end.Run.Body, end.End))], leavesFollowed: true);

    /// <summary>Releases or ends the processes that wait for this end. Those that end are settled in turn, one after the other, since a chain may be long.</summary>
    public async Task SettleAsync(Settled end)
    {
        _unsettled.Enqueue(end);
        if (_isSettling)
            return;

        _isSettling = true;
        while (_unsettled.TryDequeue(out var ended))
        {
            foreach (var released in await SuccessionTable.MeetAsync(Db, ended, Now))
            {
                MoveTimes();
                Announce(ProcessChangeKind.Turned, released);
                HandOver(released);
            }

            foreach (var row in await SuccessionTable.FindNeverToStartAsync(Db, ended))
            {
                if (await EndAsync(row, ProcessOutcome.NotFollowed.State, SealedStatus.Of(ProcessOutcome.NotFollowed, row.Sealed.KeyIn(vault))))
                    _followers.Add(new ProcessChange(ProcessChangeKind.Ended, row.Record.Id));
            }
        }

        _isSettling = false;
    }

    /// <summary>Leaves the tombstone of an ended process.</summary>
    public async Task BuryAsync(ProcessId id, DateTimeOffset? discarded = null)
    {
        await Contents.RemoveOfAsync(Db, id);

        // What expires belongs to no live group: a group expires whole.
        if (discarded is not null)
            await GroupTable.LeaveAsync(Db, id);
        var isFollowed = await ProcessTable.BuryAsync(Db, id, discarded);
        Announce(ProcessChangeKind.Turned, id);

        // Until now it could have succeeded by being sent again.
        if (isFollowed)
            await SettleAsync(new Settled(id, ProcessState.Failed, IsGone: true));
    }

    /// <summary>Leaves nothing of a process, once it does not run.</summary>
    public async Task RemoveAsync(ProcessRow row)
    {
        var record = row.Record;
        if (record.State == ProcessState.Running)
        {
            await ProcessTable.RemoveAtEndAsync(Db, record.Id);
            Announce(ProcessChangeKind.CancelRequested, record.Id);
            return;
        }

        if (!record.State.IsEnded())
            EndWaiting(record.IsLimited, row.BodyLength);
        await RemoveAsync(record.Id);
        Announce(ProcessChangeKind.Ended, record.Id);
    }

    private async Task<bool> EndAsync(ProcessId id, ProcessState from, int fence, Guid? body, SealedEnd end) => (await EndAsync([new Ending(id, from, fence, body, end)], leavesFollowed: false))[0];

    private async Task<List<bool>> EndAsync(Ending[] endings, bool leavesFollowed)
    {
        var ended = await ProcessTable.EndAsync(Db, endings, leavesFollowed, Now, Now + retention);
        foreach (var (ending, end) in endings.Zip(ended).Where(pair => pair.Second is not null))
        {
            if (!ending.End.State.KeepsSubmission())
                await Contents.RemoveAsync(Db, ending.Body);
            Announce(ProcessChangeKind.Ended, ending.Id);
            if (end!.Value.IsRemoved)
                await RemoveAsync(ending.Id);
            else if (end.Value.IsFollowed)
                await SettleAsync(new Settled(ending.Id, ending.End.State, IsGone: false));
        }

        return ended.ConvertAll(end => end is not null);
    }

    private async Task RemoveAsync(ProcessId id)
    {
        await Contents.RemoveOfAsync(Db, id);
        await GroupTable.LeaveAsync(Db, id);
        await GroupTable.RenameWithoutLastAsync(Db, id);
        if (await ProcessTable.RemoveAsync(Db, id))
            await SettleAsync(new Settled(id, ProcessState.Canceled, IsGone: true));
    }

    private void Count(bool isLimited, int count, long bytes)
    {
        if (isLimited)
            (Queued, QueuedBytes) = (Queued + count, QueuedBytes + bytes);
    }
}

/// <summary>The end of a process that is in the given state and at the given fence.</summary>
internal readonly record struct Ending(ProcessId Id, ProcessState From, int Fence, Guid? Body, SealedEnd End);
