using AsyncViews.Storage;

namespace AsyncViews.PostgreSql;

/// <summary>One transaction: its statements, what they do to the load, and what other nodes are told after the commit.</summary>
internal sealed class UnitOfWork(Statements db, DateTimeOffset now, TimeSpan retention)
{
    private readonly List<ProcessChange> _changes = [];

    public Statements Db { get; } = db;

    public DateTimeOffset Now { get; } = now;

    public IReadOnlyList<ProcessChange> Changes => _changes;

    /// <summary>The change in the number of waiting submissions.</summary>
    public int Queued { get; private set; }

    /// <summary>The change in the bytes of their bodies.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>Tells whether something waits for another time than before.</summary>
    public bool HasMovedTimes { get; private set; }

    public void MoveTimes() => HasMovedTimes = true;

    public void Announce(ProcessChangeKind kind, ProcessId? id = null) => _changes.Add(new ProcessChange(kind, id));

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

    /// <summary>Ends the current runs of processes. Returns false for those whose run is another, and changes nothing of them.</summary>
    public Task<List<bool>> EndAsync(IReadOnlyList<RunEnd> ends) => EndAsync([.. ends.Select(end => new Ending(end.Id, ProcessState.Running, end.Run.Fence, end.Run.Body, end.End))]);

    /// <summary>Leaves the tombstone of an ended process.</summary>
    public async Task BuryAsync(ProcessId id, DateTimeOffset? discarded = null)
    {
        await Contents.RemoveOfAsync(Db, id);
        await ProcessTable.BuryAsync(Db, id, discarded);
        Announce(ProcessChangeKind.Turned, id);
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

    private async Task<bool> EndAsync(ProcessId id, ProcessState from, int fence, Guid? body, SealedEnd end) => (await EndAsync([new Ending(id, from, fence, body, end)]))[0];

    private async Task<List<bool>> EndAsync(Ending[] endings)
    {
        var ended = await ProcessTable.EndAsync(Db, endings, Now, Now + retention);
        foreach (var (ending, isRemoved) in endings.Zip(ended).Where(pair => pair.Second is not null))
        {
            if (!ending.End.State.KeepsSubmission())
                await Contents.RemoveAsync(Db, ending.Body);
            if (isRemoved == true)
                await RemoveAsync(ending.Id);
            Announce(ProcessChangeKind.Ended, ending.Id);
        }

        return ended.ConvertAll(isRemoved => isRemoved is not null);
    }

    private async Task RemoveAsync(ProcessId id)
    {
        await Contents.RemoveOfAsync(Db, id);
        await ProcessTable.RemoveAsync(Db, id);
    }

    private void Count(bool isLimited, int count, long bytes)
    {
        if (isLimited)
            (Queued, QueuedBytes) = (Queued + count, QueuedBytes + bytes);
    }
}

/// <summary>The end of a process that is in the given state and at the given fence.</summary>
internal readonly record struct Ending(ProcessId Id, ProcessState From, int Fence, Guid? Body, SealedEnd End);
