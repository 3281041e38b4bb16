using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>One transaction: its statements, and the files that nothing needs any more once it is committed.</summary>
internal sealed class UnitOfWork(Statements db, LoadCounter load, Vault vault, DateTimeOffset now, TimeSpan retention)
{
    private readonly Queue<(ProcessId Id, ProcessState State, bool IsGone)> _unsettled = new();
    private List<ProcessChange>? _followers;
    private bool _isSettling;
    private List<string>? _files;

    public Statements Db { get; } = db;

    public DateTimeOffset Now { get; } = now;

    /// <summary>Tells whether something secret was deleted, and may still be in the log of writes.</summary>
    public bool HasDeleted { get; private set; }

    /// <summary>The names of the files to delete after the commit.</summary>
    public IReadOnlyList<string> Files => _files ?? [];

    /// <summary>The processes that were released or ended together with others.</summary>
    public IReadOnlyList<ProcessChange> Followers => _followers ?? [];

    public void BeginWaiting(bool isLimited, long bodyLength)
    {
        if (isLimited)
            load.Add(bodyLength);
    }

    public void EndWaiting(bool isLimited, long bodyLength)
    {
        if (isLimited)
            load.Subtract(bodyLength);
    }

    /// <summary>Ends a live process as the row describes it.</summary>
    public bool End(ProcessRow row, ProcessState to, byte[]? status = null)
    {
        var record = row.Record;
        if (!End(record.Id, record.State, record.Fence, row.BodyFile, new SealedEnd(to, Status: status)))
            return false;

        if (record.State != ProcessState.Running)
            EndWaiting(record.IsLimited, row.BodyLength);
        return true;
    }

    /// <summary>Ends the current run of a process. Returns false and changes nothing if it is another.</summary>
    public bool End(ProcessId id, ClaimedRun run, SealedEnd end) => End(id, ProcessState.Running, run.Fence, run.BodyFile, end);

    /// <summary>Ends a live process whose row cannot be read.</summary>
    public void EndUnreadable(long sequence) => ProcessTable.EndUnreadable(Db, sequence, Now, Now + retention);

    /// <summary>Ends a process that can never start, since its predecessor has not ended as required.</summary>
    public void EndNotFollowed(ProcessRow row)
    {
        if (End(row, ProcessOutcome.NotFollowed.State, SealedStatus.Of(ProcessOutcome.NotFollowed, row.Sealed.KeyIn(vault))))
            (_followers ??= []).Add(new ProcessChange(ProcessChangeKind.Ended, row.Record.Id));
    }

    /// <summary>Releases or ends the processes that wait for this end. Those that end are settled in turn, one after the other, since a chain may be long.</summary>
    public void Settle(ProcessId id, ProcessState state, bool isGone)
    {
        _unsettled.Enqueue((id, state, isGone));
        if (_isSettling)
            return;

        _isSettling = true;
        while (_unsettled.TryDequeue(out var ended))
        {
            if (!SuccessionTable.IsFollowed(Db, ended.Id))
                continue;

            foreach (var released in SuccessionTable.Meet(Db, ended.Id, ended.State, Now))
                (_followers ??= []).Add(new ProcessChange(ProcessChangeKind.Scheduled, released));
            SuccessionTable.FindNeverToStart(Db, ended.Id, ended.State, ended.IsGone).ForEach(EndNotFollowed);
        }

        _isSettling = false;
    }

    /// <summary>Leaves the tombstone of an ended process.</summary>
    public bool Bury(ProcessId id, DateTimeOffset? discarded = null)
    {
        DeleteFilesOf(id);

        // What expires belongs to no live group: a group expires whole.
        if (discarded is not null)
            GroupTable.Leave(Db, id);
        if (!RetentionTable.Bury(Db, id, discarded))
            return false;

        // Until now it could have succeeded by being sent again.
        Settle(id, ProcessState.Failed, isGone: true);
        return true;
    }

    /// <summary>Lets a process wait again that was claimed for nobody, as if it had not been. It ends here if somebody has canceled it since.</summary>
    public void GiveBack(ProcessId id, int fence)
    {
        if (ProcessTable.TryFind(Db, id) is not { Record: { State: ProcessState.Running } record } row || record.Fence != fence)
            return;

        if (record.CancelRequested)
        {
            End(row, ProcessState.Canceled);
        }
        else
        {
            ProcessTable.GiveBack(Db, id);
            BeginWaiting(record.IsLimited, row.BodyLength);
        }

        (_followers ??= []).Add(new ProcessChange(record.CancelRequested ? ProcessChangeKind.Ended : ProcessChangeKind.Scheduled, id));
    }

    /// <summary>Leaves nothing of a process, once it does not run.</summary>
    public void Remove(ProcessRow row)
    {
        if (row.Record.State == ProcessState.Running)
        {
            ProcessTable.RemoveAtEnd(Db, row.Record.Id);
            return;
        }

        if (!row.Record.State.IsEnded())
            End(row, ProcessState.Canceled);
        Remove(row.Record.Id);
    }

    /// <summary>Removes the tombstones of what expired longer ago than this, at most so many.</summary>
    public int RemoveTombstones(TimeSpan age, int count)
    {
        var removed = RetentionTable.RemoveTombstones(Db, Now - age, count);
        HasDeleted |= removed > 0;
        return removed;
    }

    /// <summary>Deletes the messages to a process up to this one.</summary>
    public int DeleteMessages(ProcessId id, long number)
    {
        HasDeleted = true;
        return Db.Execute("DELETE FROM messages WHERE process = (SELECT sequence FROM processes WHERE id = $id) AND number <= $number", ("$id", id.ToString()), ("$number", number));
    }

    public void DeleteFilesOf(ProcessId id)
    {
        HasDeleted = true;
        foreach (var file in RetentionTable.FilesOf(Db, id))
            Delete(file);
    }

    /// <summary>Deletes those of these files that no record names.</summary>
    public void DeleteUnnamed(IEnumerable<string> files)
    {
        HasDeleted = true;
        foreach (var file in files.Except(RetentionTable.AllFiles(Db)))
            Delete(file);
    }

    private bool End(ProcessId id, ProcessState from, int fence, string? bodyFile, SealedEnd end)
    {
        if (ProcessTable.End(Db, id, from, fence, end, Now, Now + retention) is not var (isRemoved, isFollowed))
            return false;

        HasDeleted = true;
        if (bodyFile is not null && !end.State.KeepsSubmission())
            Delete(bodyFile);
        if (isRemoved)
            Remove(id);
        else if (isFollowed)
            Settle(id, end.State, isGone: false);
        return true;
    }

    private void Remove(ProcessId id)
    {
        DeleteFilesOf(id);
        GroupTable.Leave(Db, id);
        GroupTable.RenameWithoutLast(Db, id);
        RetentionTable.Remove(Db, id);
        Settle(id, ProcessState.Canceled, isGone: true);
    }

    private void Delete(string file) => (_files ??= []).Add(file);
}
