using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <content>Opening, reading, and what the sweep does.</content>
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

    public ValueTask<IReadOnlyList<ProcessId>> FindDueAsync(IReadOnlySet<string> types, int count, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ProcessId>>(_lockedOut is null ? _database.Read(db => ProcessTable.FindDue(db, types, count)) : []);

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var (row, position) = _database.Read(db => ProcessTable.Find(db, id) is { } found
            ? (found, found.Record.State == ProcessState.Queued ? ProcessTable.PositionOf(db, found.Record.Sequence) : (int?)null)
            : default((ProcessRow? Row, int? Position)));
        return ValueTask.FromResult(row is null ? null : Unseal(row) with { Position = position });
    }

    private ProcessRecord Unseal(ProcessRow row)
    {
        try
        {
            return row.Unseal(Keys);
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.StatusDamaged(_logger, row.Record.Id, exception);
            return row.Record;
        }
    }

    public ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var (record, found) = _database.Read(db => (ProcessTable.Find(db, id)?.Record, ProcessTable.FindSubmission(db, id)));
        if (record?.State.KeepsSubmission() != true || found is not { } kept)
            return ValueTask.FromResult<KeptSubmission?>(null);

        var key = Keys.Unwrap(kept.Key);
        return ValueTask.FromResult<KeptSubmission?>(new KeptSubmission(
            Vault.Open(key, SubmissionPurpose, kept.Submission), kept.Body.Open(Files.Folder, key, BodyPurpose).OpenRead()));
    }

    public ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        if (_database.Read(db => ProcessTable.FindResult(db, id)) is not { } found)
            return ValueTask.FromResult<StoredResult?>(null);

        var key = Keys.Unwrap(found.Key);
        return ValueTask.FromResult<StoredResult?>(new StoredResult(
            Vault.Open(key, ResponsePurpose, found.Response), found.Body.Open(Files.Folder, key, ResultPurpose).OpenRead()));
    }

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default)
    {
        _ = Keys;
        return ValueTask.FromResult(_load.Current with { FreeDiskBytes = Files.FreeBytes });
    }

    public ValueTask<StoreInspection> InspectAsync(IReadOnlySet<string> types, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        _ = Keys;
        return ValueTask.FromResult(_database.Read(db => ProcessTable.Inspect(db, types, _time.GetUtcNow() - lease)));
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
}
