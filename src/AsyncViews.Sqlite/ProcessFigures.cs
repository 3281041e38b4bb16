using AsyncViews.Storage;
using static AsyncViews.Sqlite.ProcessTable;

namespace AsyncViews.Sqlite;

/// <summary>Figures for the operator of the store. Nothing here counts the ended processes: there may be a million of them.</summary>
internal static class ProcessFigures
{
    /// <summary>Averages of the last thousand ended processes, found by the index on their expiry: in each of its halves, tombstones and what is kept.</summary>
    public static readonly string AveragesStatement =
        $"""
        SELECT type, CAST(AVG(ended - started) AS INTEGER) FROM (
            SELECT type, state, started, ended, expires FROM processes WHERE state >= {FirstEnd} AND gone = 0
            UNION ALL SELECT type, state, started, ended, expires FROM processes WHERE state >= {FirstEnd} AND gone = 1
            ORDER BY expires DESC LIMIT 1000)
        WHERE state = {Succeeded} GROUP BY type
        """;

    /// <summary>One search of an index.</summary>
    public const string LastFailureStatement = "SELECT last_failed FROM processes WHERE last_failed IS NOT NULL ORDER BY last_failed DESC LIMIT 1";

    public static StoreInspection Inspect(Statements db, DateTimeOffset heartbeatBefore)
    {
        var scheduled = Count($"state = {Scheduled}");
        var oldest = db.QueryFirst($"SELECT MIN({WaitsSince}) FROM processes WHERE state = {Queued}", row => ProcessRow.TimeOf(row, 0));
        var running = Count($"state = {ProcessTable.Running}");
        var stuck = Count($"state = {ProcessTable.Running} AND heartbeat <= $before", ("$before", heartbeatBefore.UtcTicks));
        var averages = db.Query(AveragesStatement, row => (Type: ProcessType.Parse(row.GetString(0)), Run: TimeSpan.FromTicks(row.GetInt64(1)))).ToDictionary(run => run.Type, run => run.Run);
        var types = db.Query(
            $"SELECT type, COUNT(*) FROM processes WHERE state = {Queued} GROUP BY type",
            row => (Type: ProcessType.Parse(row.GetString(0)), Queued: row.GetInt32(1)))
            .ConvertAll(queued => new QueuedType(queued.Type, queued.Queued, averages.TryGetValue(queued.Type, out var run) ? run : null));
        return new StoreInspection(scheduled, types.Sum(type => type.Queued), oldest, running, stuck, types)
        {
            Quotas = QuotaTable.Inspect(db),
            Ended = db.Query("SELECT type, state, count FROM ended WHERE count > 0", row => new EndedCount(ProcessType.Parse(row.GetString(0)), (ProcessState)row.GetInt32(1), row.GetInt32(2))),
            LastFailureAt = db.QueryFirst(LastFailureStatement, row => ProcessRow.TimeOf(row, 0)),
        };

        int Count(string where, params ReadOnlySpan<(string, object?)> parameters) =>
            db.QueryFirst($"SELECT COUNT(*) FROM processes WHERE {where}", row => row.GetInt32(0), parameters);
    }
}
