using AsyncViews.Storage;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Queries of readers. They wait for no writer.</summary>
internal sealed class Readings(StoreFiles files, SetAside setAside, ILogger logger)
{
    public ProcessRecord? Find(ProcessId id)
    {
        var row = files.Database.Read(db => ProcessTable.Find(db, id) is { } found ? Placed(db, found) : null);
        return row is null ? null : Unseal(row);
    }

    public IReadOnlyList<ProcessRecord> List(ProcessQuery query, IReadOnlyCollection<string>? owners)
    {
        var hidden = owners?.Select(files.Vault.HideOwner).ToArray();
        var metadata = query.Metadata is { } entry ? files.Vault.HideMetadata(entry.Key, entry.Value) : null;
        var rows = files.Database.Read(db => ProcessSearch.Run(db, query, hidden, metadata).ConvertAll(row => Placed(db, row)));
        return [.. rows.Select(Unseal)];
    }

    public StoreInspection Inspect(DateTimeOffset heartbeatBefore) => files.Database.Read(db => ProcessFigures.Inspect(db, heartbeatBefore)) with { SetAside = setAside.Count };

    public IReadOnlyList<HourFigures> ReadHours(DateTimeOffset from) => files.Database.Read(db => HourTable.Read(db, from));

    private static ProcessRow Placed(Statements db, ProcessRow row) => row.Record.State != ProcessState.Queued
        ? row : row with { Sealed = row.Sealed with { Record = row.Record with { Position = QueueTable.PositionOf(db, row.Record) } } };

    private ProcessRecord Unseal(ProcessRow row)
    {
        var record = row.Sealed.UnsealReadable(files.Vault, out var damage);
        if (damage is not null)
            SqliteLog.StatusDamaged(logger, record.Id, damage);
        return record;
    }
}
