using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>One transaction: its statements, and the files that nothing needs any more once it is committed.</summary>
internal sealed class UnitOfWork(Statements db, LoadCounter load, DateTimeOffset now, TimeSpan retention)
{
    private List<string>? _files;

    public Statements Db { get; } = db;

    public DateTimeOffset Now { get; } = now;

    /// <summary>Tells whether something secret was deleted, and may still be in the log of writes.</summary>
    public bool HasDeleted { get; private set; }

    /// <summary>The names of the files to delete after the commit.</summary>
    public IReadOnlyList<string> Files => _files ?? [];

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

    /// <summary>Leaves the tombstone of an ended process.</summary>
    public bool Bury(ProcessId id, DateTimeOffset? discarded = null)
    {
        DeleteFilesOf(id);
        return RetentionTable.Bury(Db, id, discarded);
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

    private bool End(ProcessId id, ProcessState from, int fence, string? bodyFile, SealedEnd end)
    {
        if (!ProcessTable.End(Db, id, from, fence, end, Now, Now + retention))
            return false;

        HasDeleted = true;
        if (bodyFile is not null && !end.State.KeepsSubmission())
            Delete(bodyFile);
        if (from == ProcessState.Running && ProcessTable.IsRemovedAtEnd(Db, id))
            Remove(id);
        return true;
    }

    private void Remove(ProcessId id)
    {
        DeleteFilesOf(id);
        RetentionTable.Remove(Db, id);
    }

    private void Delete(string file) => (_files ??= []).Add(file);
}
