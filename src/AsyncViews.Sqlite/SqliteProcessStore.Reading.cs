using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <content>Queries of readers.</content>
internal sealed partial class SqliteProcessStore
{
    public ValueTask<IReadOnlyList<ProcessId>> FindDueAsync(IReadOnlySet<string> types, int count, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ProcessId>>(_lockedOut is null ? _database.Read(db => ProcessTable.FindDue(db, types, count)) : []);

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var row = _database.Read(db => ProcessTable.Find(db, id) is { } found ? Placed(db, found) : null);
        return ValueTask.FromResult(row is null ? null : Unseal(row));
    }

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(IReadOnlyCollection<string>? owners, int count, CancellationToken cancellationToken = default)
    {
        var rows = _database.Read(db => (owners is null ? ProcessTable.ListAll(db, count) : owners.Distinct().SelectMany(owner => ProcessTable.List(db, owner, count)))
            .OrderByDescending(row => row.Record.Sequence)
            .Take(count)
            .Select(row => Placed(db, row))
            .ToArray());
        return ValueTask.FromResult<IReadOnlyList<ProcessRecord>>([.. rows.Select(Unseal)]);
    }

    private static ProcessRow Placed(Statements db, ProcessRow row) => row.Record.State != ProcessState.Queued
        ? row : row with { Record = row.Record with { Position = ProcessTable.PositionOf(db, row.Record) } };

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
        if (record?.State.IsEnded() != true || found is not { } kept)
            return ValueTask.FromResult<KeptSubmission?>(null);

        var key = Keys.KeyOf(kept.KeySalt);
        return ValueTask.FromResult<KeptSubmission?>(new KeptSubmission(
            Vault.Open(key, SubmissionPurpose, kept.Submission), kept.Body.Open(Files.Folder, key, BodyPurpose).OpenRead()));
    }

    public ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        if (_database.Read(db => ProcessTable.FindResult(db, id)) is not { } found)
            return ValueTask.FromResult<StoredResult?>(null);

        var key = Keys.KeyOf(found.KeySalt);
        return ValueTask.FromResult<StoredResult?>(new StoredResult(
            Vault.Open(key, ResponsePurpose, found.Response), found.Body.Open(Files.Folder, key, ResultPurpose).OpenRead()));
    }

    public async ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(db => ProcessTable.MarkServed(db, id));

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default)
    {
        _ = Keys;
        return ValueTask.FromResult(_load.Current with { FreeDiskBytes = Files.FreeBytes });
    }

    public ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default)
    {
        _ = Keys;
        return ValueTask.FromResult(_database.Read(db => ProcessFigures.Inspect(db, _time.GetUtcNow() - lease)));
    }
}
