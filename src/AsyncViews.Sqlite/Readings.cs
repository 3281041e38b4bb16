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
        var hidden = owners?.Distinct().Select(files.Vault.HideOwner).ToArray();
        var rows = files.Database.Read(db => ProcessSearch.Run(db, query, hidden).ConvertAll(row => Placed(db, row)));
        return [.. rows.Select(Unseal)];
    }

    public StoreInspection Inspect(DateTimeOffset heartbeatBefore) => files.Database.Read(db => ProcessFigures.Inspect(db, heartbeatBefore)) with { SetAside = setAside.Count };

    private static ProcessRow Placed(Statements db, ProcessRow row) => row.Record.State != ProcessState.Queued
        ? row : row with { Sealed = row.Sealed with { Record = row.Record with { Position = QueueTable.PositionOf(db, row.Record) } } };

    private ProcessRecord Unseal(ProcessRow row)
    {
        try
        {
            return row.Sealed.Unseal(files.Vault);
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.StatusDamaged(logger, row.Record.Id, exception);
            return row.Record with { Owner = OwnerOf(row) };
        }
    }

    /// <summary>Nobody, if that is damaged: no request is theirs.</summary>
    private string OwnerOf(ProcessRow row)
    {
        try
        {
            return files.Vault.RevealOwner(row.Record.Owner);
        }
        catch (DamagedContentException)
        {
            return "";
        }
    }
}
