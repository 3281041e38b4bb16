using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Queries of readers.</summary>
internal sealed class Readings(Database database, Vault vault, ILogger logger)
{
    /// <summary>Averages of the last thousand ended processes, found by the index on their expiry, which has the tombstones apart.</summary>
    public static readonly string AveragesStatement =
        $"""
        SELECT type, AVG(ended - started) FROM (({LastEnded("NOT gone")}) UNION ALL ({LastEnded("gone")}) ORDER BY expires DESC LIMIT 1000) AS lately
        WHERE state = {ProcessTable.Succeeded} GROUP BY type
        """;

    public async ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken)
    {
        var row = await database.RunApartAsync(async db => await ProcessTable.FindAsync(db, id) is { } found ? (await PlacedAsync(db, [found]))[0] : null, cancellationToken);
        return row is null ? null : Unseal(row);
    }

    public async ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners, CancellationToken cancellationToken)
    {
        var hidden = owners?.Select(vault.HideOwner).ToArray();
        var metadata = query.Metadata is { } entry ? vault.HideMetadata(entry.Key, entry.Value) : null;
        var rows = await database.RunApartAsync(async db => await PlacedAsync(db, await ProcessSearch.RunAsync(db, query, hidden, metadata)), cancellationToken);
        return [.. rows.Select(Unseal)];
    }

    public async ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken) => await database.RunApartAsync(async db =>
    {
        var (scheduled, running, stuck) = await db.QueryFirstAsync(
            $"""
            SELECT (SELECT COUNT(*) FROM asyncviews_processes WHERE state = {ProcessTable.Scheduled})::integer,
                (SELECT COUNT(*) FROM asyncviews_processes WHERE state = {ProcessTable.Running})::integer,
                (SELECT COUNT(*) FROM asyncviews_processes WHERE state = {ProcessTable.Running} AND heartbeat <= now() + $1 - $2)::integer
            """,
            row => (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2)), Span(database.Clock.Skew), Span(lease));
        var oldest = await db.QueryFirstAsync($"SELECT MIN({ProcessTable.WaitsSince}) FROM asyncviews_processes WHERE state = {ProcessTable.Queued}", row => ProcessRow.TimeOf(row, 0));
        var averages = (await db.QueryAsync(AveragesStatement, row => (Type: ProcessType.Parse(row.GetString(0)), Run: row.GetTimeSpan(1)))).ToDictionary(run => run.Type, run => run.Run);
        var types = (await db.QueryAsync(
            $"SELECT type, COUNT(*)::integer FROM asyncviews_processes WHERE state = {ProcessTable.Queued} GROUP BY type", row => (Type: ProcessType.Parse(row.GetString(0)), Queued: row.GetInt32(1))))
            .ConvertAll(queued => new QueuedType(queued.Type, queued.Queued, averages.TryGetValue(queued.Type, out var run) ? run : null));
        return new StoreInspection(scheduled, types.Sum(type => type.Queued), oldest, running, stuck, types)
        {
            Quotas = await QuotaTable.InspectAsync(db),
            Ended = await db.QueryAsync(
                "SELECT type, state, SUM(count)::integer FROM asyncviews_ended GROUP BY type, state HAVING SUM(count) > 0",
                row => new EndedCount(ProcessType.Parse(row.GetString(0)), (ProcessState)row.GetInt16(1), row.GetInt32(2))),
            LastFailureAt = await db.QueryFirstAsync(
                "SELECT last_failed FROM asyncviews_processes WHERE last_failed IS NOT NULL ORDER BY last_failed DESC LIMIT 1", row => ProcessRow.TimeOf(row, 0)),
        };
    }, cancellationToken);

    public async ValueTask<IReadOnlyList<HourFigures>> ReadHoursAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        await database.RunApartAsync(db => HourTable.ReadAsync(db, from), cancellationToken);

    private static string LastEnded(string which) =>
        $"SELECT type, state, started, ended, expires FROM asyncviews_processes WHERE state >= {ProcessTable.FirstEnd} AND {which} ORDER BY expires DESC LIMIT 1000";

    /// <summary>Each place is counted from the one before it in the list, so that a long queue is read once.</summary>
    private static async Task<List<ProcessRow>> PlacedAsync(Statements db, List<ProcessRow> rows)
    {
        Dictionary<ProcessId, int> places = [];
        var (before, place) = (default(ProcessRecord), 0);
        foreach (var queued in rows.Select(row => row.Record).Where(record => record.State == ProcessState.Queued).Order(ProcessRecord.ByTurn))
        {
            places[queued.Id] = place += await QueueTable.CountAsync(db, before, queued);
            before = queued;
        }

        return rows.ConvertAll(row => places.TryGetValue(row.Record.Id, out var found) ? row with { Sealed = row.Sealed.At(found) } : row);
    }

    private ProcessRecord Unseal(ProcessRow row)
    {
        var record = row.Sealed.UnsealReadable(vault, out var damage);
        if (damage is not null)
            PostgreSqlLog.StatusDamaged(logger, record.Id, damage);
        return record;
    }
}
