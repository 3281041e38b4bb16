using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <content>Opening, recovery, retention.</content>
internal sealed partial class SqliteProcessStore
{
    private const int SweepBatch = 500;

    public async ValueTask OpenAsync(string node, CancellationToken cancellationToken = default)
    {
        var folder = Path.GetDirectoryName(_path)!;
        var name = Path.Combine(folder, Path.GetFileNameWithoutExtension(_path));
        var ring = new DirectoryInfo(name + "-keys");
        if (!Directory.Exists(folder))
        {
            // What is kept here, the key ring above all, belongs into no repository.
            ContentFiles.CreatePrivate(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, ".gitignore"), "*\n", cancellationToken);
        }

        _ownership = await DatabaseOwnership.TakeAsync(_path, _time, cancellationToken);
        _database.Open(isNew: !ring.Exists, connected: db => _load.Set(ProcessTable.CountLoad(db)));
        _files = new ContentFiles(name + "-content", durable: true);
        await CreateRingAsync(ring, cancellationToken);
        _vault = new Vault(ring);

        _lockedOut = await UnlockAsync(_vault);
        SyncedFolder.SyncWithFiles(ring.FullName);
        SyncedFolder.Sync(folder);
        if (_lockedOut is not null)
        {
            SqliteLog.LockedOut(_logger, _path);
            return;
        }

        _openedAt = _time.GetUtcNow();
        RemoveOrphans();

        // Whatever the clock said when it last beat: this process owns the file, and has started nothing yet.
        await RecoverAsync(DateTimeOffset.MaxValue, new HashSet<ProcessId>());
    }

    /// <summary>Whatever folder the application has chosen: the keys belong into no repository.</summary>
    private static async Task CreateRingAsync(DirectoryInfo ring, CancellationToken cancellationToken)
    {
        if (ring.Exists)
            return;

        ContentFiles.CreatePrivate(ring.FullName);
        await File.WriteAllTextAsync(Path.Combine(ring.FullName, ".gitignore"), "*\n", cancellationToken);
    }

    /// <summary>Why the key ring is not the one that the database was written with; null where it is.</summary>
    private async Task<string?> UnlockAsync(Vault vault)
    {
        if (_database.Read(db => db.QueryFirst("SELECT value FROM meta WHERE name = 'canary'", row => row.GetFieldValue<byte[]>(0))) is { } canary)
            return vault.KnowsCanary(canary) ? null : "The key ring beside the database is not the one that it was written with.";

        var made = vault.MakeCanary();
        await _database.WriteAsync(db => db.Execute("INSERT INTO meta (name, value) VALUES ('canary', $value)", ("$value", made)));
        return null;
    }

    /// <summary>Files that a crash left before a record named them, or after it had ceased to.</summary>
    private void RemoveOrphans()
    {
        var known = _database.Read(ProcessTable.AllFiles).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(Files.Folder).Where(file => !known.Contains(Path.GetFileName(file))))
            File.Delete(file);
    }

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
                if (mayStartAgain)
                {
                    ProcessTable.QueueAgain(db, id);
                    _load.Add(queued: 1, bytes: ProcessTable.FindSubmission(db, id)!.Value.Body.Length, running: -1);
                }
                else
                {
                    End(db, ProcessTable.Find(db, id)!.Record, ProcessState.Interrupted, files);
                }
            }

            return lost.Length;
        });
        Delete(files);
        if (recovered > 0)
            SqliteLog.Recovered(_logger, recovered);
        return recovered;
    }

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
            unknown.ForEach(id => End(db, ProcessTable.Find(db, id)!.Record, ProcessState.Missed, files));
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

        var removed = await _database.WriteAsync(db => ProcessTable.RemoveTombstones(db, _time.GetUtcNow() - _options.TombstoneRetention));
        if (total + removed > 0 || Interlocked.Exchange(ref _leftovers, 0) == 1)
            await _database.CompactAsync();
        return total;
    }

    public async ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        List<string> files = [];
        var removed = await _database.WriteAsync(db =>
        {
            if (ProcessTable.Find(db, id)?.Record is not { } record)
                return false;

            files.AddRange(ProcessTable.FilesOf(db, id));
            if (!record.State.IsEnded())
                End(db, record, ProcessState.Canceled, files);
            ProcessTable.Remove(db, id);
            return true;
        });
        Delete(files);
        return removed;
    }
}
