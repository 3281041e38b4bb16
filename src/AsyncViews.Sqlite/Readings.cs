using AsyncViews.Storage;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Queries of readers. They wait for no writer.</summary>
internal sealed class Readings(StoreFiles files, SetAside setAside, TimeProvider time, ILogger logger)
{
    private readonly QueuePlaces _places = new(time);

    public ProcessRecord? Find(ProcessId id)
    {
        var row = files.Database.Read(db => ProcessTable.Find(db, id) is { } found ? Placed(db, [found])[0] : null);
        return row is null ? null : Unseal(row);
    }

    public IReadOnlyList<ProcessRecord> List(ProcessQuery query, IReadOnlyCollection<string>? owners)
    {
        var hidden = owners?.Select(files.Vault.HideOwner).ToArray();
        var metadata = query.Metadata is { } entry ? files.Vault.HideMetadata(entry.Key, entry.Value) : null;
        var rows = files.Database.Read(db => Placed(db, ProcessSearch.Run(db, query, hidden, metadata)));
        return [.. rows.Select(Unseal)];
    }

    public StoreInspection Inspect(DateTimeOffset heartbeatBefore) => files.Database.Read(db => ProcessFigures.Inspect(db, heartbeatBefore)) with { SetAside = setAside.Count };

    public IReadOnlyList<HourFigures> ReadHours(DateTimeOffset from) => files.Database.Read(db => HourTable.Read(db, from));

    /// <summary>Each place is counted from the nearest one that is known, which may be the one before it in the list.</summary>
    private List<ProcessRow> Placed(Statements db, List<ProcessRow> rows)
    {
        Dictionary<ProcessId, int> places = [];
        var last = default(QueuePlace);
        foreach (var queued in rows.Select(row => row.Record).Where(record => record.State == ProcessState.Queued).Order(ProcessRecord.ByTurn))
        {
            var nearest = _places.NearestTo(queued, last);
            last = new QueuePlace(queued, nearest.Place + QueueTable.Count(db, nearest.Process, queued));
            _places.Keep(last, nearest);
            places[queued.Id] = last.Place;
        }

        return rows.ConvertAll(row => places.TryGetValue(row.Record.Id, out var found) ? row with { Sealed = row.Sealed.At(found) } : row);
    }

    private ProcessRecord Unseal(ProcessRow row)
    {
        var record = row.Sealed.UnsealReadable(files.Vault, out var damage);
        if (damage is not null)
            SqliteLog.StatusDamaged(logger, record.Id, damage);
        return record;
    }
}
