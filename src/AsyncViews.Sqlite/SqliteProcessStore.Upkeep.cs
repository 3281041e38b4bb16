using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <content>Recovery and retention.</content>
internal sealed partial class SqliteProcessStore
{
    private const int SweepBatch = 500;

    public async ValueTask HeartbeatAsync(IReadOnlyCollection<ProcessId> alive, CancellationToken cancellationToken = default)
    {
        if (alive.Count > 0)
            await _database.WriteAsync(db => ProcessTable.Heartbeat(db, alive, _time.GetUtcNow()));
    }

    public async ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, CancellationToken cancellationToken = default) =>
        _lockedOut is null ? await RecoverAsync(_time.GetUtcNow() - lease, alive) : 0;

    private async Task<int> RecoverAsync(DateTimeOffset heartbeatBefore, IReadOnlySet<ProcessId> alive)
    {
        List<string> files = [];
        var recovered = await _database.WriteAsync(db =>
        {
            var lost = ProcessTable.FindLost(db, heartbeatBefore).Where(run => !alive.Contains(run.Id)).ToArray();
            foreach (var (id, _, mayStartAgain) in lost)
            {
                _runs.TryRemove(id, out _);
                var row = ProcessTable.Find(db, id)!;
                if (!mayStartAgain)
                {
                    End(db, row, ProcessState.Interrupted, files);
                    continue;
                }

                ProcessTable.QueueAgain(db, id);
                if (row.Record.IsLimited)
                    _load.Add(row.BodyLength);
            }

            return lost.Length;
        });
        Delete(files);
        if (recovered > 0)
            SqliteLog.Recovered(_logger, recovered);
        return recovered;
    }

    public async ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default)
    {
        if (_lockedOut is not null)
            return new DueResult([], null);

        // Nearly always there is nothing to write.
        var next = _database.Read(ProcessTable.NextTime);
        List<ProcessId> missed = [];
        while (next <= _time.GetUtcNow())
        {
            missed.AddRange(await QueueDueBatchAsync());
            next = _database.Read(ProcessTable.NextTime);
        }

        return new DueResult(missed, next);
    }

    private async Task<List<ProcessId>> QueueDueBatchAsync()
    {
        List<string> files = [];
        var missed = await _database.WriteAsync(db =>
        {
            var now = _time.GetUtcNow();
            var late = ProcessTable.FindMissed(db, now, SweepBatch);
            late.ForEach(row => End(db, row, ProcessState.Missed, files, WhyMissed(row)));
            ProcessTable.QueueDue(db, now, SweepBatch);
            return late.ConvertAll(row => row.Record.Id);
        });
        Delete(files);
        return missed;
    }

    private byte[] WhyMissed(ProcessRow row) =>
        new StoredStatus(null, null, null, ProcessReason.NotStartedBefore(row.Record.StartBefore!.Value)).Seal(Keys.KeyOf(row.KeySalt ?? []));

    public async ValueTask<int> MissUnknownAsync(IReadOnlySet<string> types, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        // Counted from the opening at the earliest: before that, nobody has looked for its page.
        var queuedBefore = _time.GetUtcNow() - timeout;
        if (_lockedOut is not null || _openedAt > queuedBefore)
            return 0;

        List<string> files = [];
        var missed = await _database.WriteAsync(db =>
        {
            var unknown = ProcessTable.FindUnknown(db, types, queuedBefore);
            unknown.ForEach(id => End(db, ProcessTable.Find(db, id)!, ProcessState.Missed, files));
            return unknown.Count;
        });
        Delete(files);
        return missed;
    }

    public async ValueTask<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        if (_lockedOut is not null)
            return 0;

        int batch, total = 0;
        do
        {
            List<string> files = [];
            batch = await _database.WriteAsync(db =>
            {
                var expired = ProcessTable.FindExpired(db, _time.GetUtcNow(), SweepBatch);
                foreach (var id in expired)
                {
                    files.AddRange(ProcessTable.FilesOf(db, id));
                    ProcessTable.Bury(db, id);
                }

                return expired.Count;
            });
            Delete(files);
            total += batch;
        }
        while (batch == SweepBatch);

        var removed = await _database.WriteAsync(db =>
        {
            // Written every time, so that a disk that cannot be written is noticed before somebody submits.
            db.Execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('swept', $value)", ("$value", BitConverter.GetBytes(_time.GetUtcNow().UtcTicks)));
            return ProcessTable.RemoveTombstones(db, _time.GetUtcNow() - _options.TombstoneRetention);
        });
        if (Interlocked.Exchange(ref _leftovers, 0) == 1 || total + removed > 0)
            await CompactAsync();
        return total;
    }

    /// <summary>A failure is retried at the next sweep.</summary>
    private async Task CompactAsync()
    {
        var done = false;
        try
        {
            done = await _database.CompactAsync();
        }
        finally
        {
            if (!done)
                Volatile.Write(ref _leftovers, 1);
        }
    }

    public async ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        List<string> files = [];
        var discarded = await _database.WriteAsync(db =>
        {
            if (ProcessTable.Find(db, id) is not { Record: { IsGone: false } record } || !record.State.IsEnded())
                return false;

            files.AddRange(ProcessTable.FilesOf(db, id));
            ProcessTable.Bury(db, id, _time.GetUtcNow());
            return true;
        });
        Delete(files);
        return discarded;
    }

    public async ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        List<string> files = [];
        var removed = await _database.WriteAsync(db =>
        {
            if (ProcessTable.Find(db, id) is not { } row)
                return false;

            files.AddRange(ProcessTable.FilesOf(db, id));
            if (!row.Record.State.IsEnded())
                End(db, row, ProcessState.Canceled, files);
            ProcessTable.Remove(db, id);
            return true;
        });
        Delete(files);
        return removed;
    }
}
