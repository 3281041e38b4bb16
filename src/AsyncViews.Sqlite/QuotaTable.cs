using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>
/// The statements on the queue where quotas limit it. Each quota has a queue of its own in the index, and processes under none have
/// the empty name. So a process that waits under a full quota is in nobody's way.
/// </summary>
internal static class QuotaTable
{
    /// <summary>The next processes under a quota, without those that should have started by now.</summary>
    public const string AnyDueStatement = $"{Due} {InOrder}";

    /// <summary>The same without those that anonymous people sent.</summary>
    public const string UsersDueStatement = $"{Due} AND anonymous = 0 {InOrder}";

    /// <summary>The name that follows in the index among those with queued processes.</summary>
    public const string NextNameStatement = $"SELECT quota FROM processes {Index} WHERE state = 1 AND quota > $after ORDER BY quota LIMIT 1";

    public const string RunningStatement = "SELECT COUNT(*) FROM processes WHERE state = 2 AND quota <> '' AND quota = $quota";

    private const string Index = "INDEXED BY queued_in_quota";

    private const string Due =
        $"SELECT rank, due, turn, sequence, anonymous FROM processes {Index} WHERE state = 1 AND quota = $quota AND type IN (SELECT value FROM json_each($types)) AND NOT {ProcessTable.IsMissed}";

    private const string InOrder = "ORDER BY rank, due, turn, sequence LIMIT $count";

    /// <summary>Returns whether a queued process has a place, or a scheduled time has come.</summary>
    public static bool IsAnyDue(Statements db, IEnumerable<ProcessType> types, int anonymous, IReadOnlyDictionary<string, int> quotas, DateTimeOffset now) =>
        ProcessTable.NextDue(db) <= now || FindDue(db, types, 1, anonymous, quotas, now, isIndexDamaged: false).Count > 0;

    /// <summary>The processes to start next, without those that should have started by now, and among them at most so many of anonymous people, and under each quota.</summary>
    public static List<long> FindDue(
        Statements db, IEnumerable<ProcessType> types, int count, int anonymous, IReadOnlyDictionary<string, int> quotas, DateTimeOffset now, bool isIndexDamaged)
    {
        var room = RoomUnder(db, quotas);
        List<Waiting> waiting = [];
        foreach (var quota in NamesOf(db, isIndexDamaged))
        {
            if (Math.Min(room.FreeUnder(quota), count) is > 0 and var free)
            {
                // Where anonymous people have no more room, others behind them start in their place.
                waiting.AddRange(anonymous > 0 ? Find(AnyDueStatement) : []);
                waiting.AddRange(anonymous < free ? Find(UsersDueStatement) : []);

                List<Waiting> Find(string statement) => db.Query(
                    Using(statement, isIndexDamaged), row => Read(row, quota), ("$quota", quota), ("$types", ProcessTable.TextsOf(types)), ("$count", free), ("$now", now.UtcTicks));
            }
        }

        return [.. waiting.Distinct().OrderBy(one => one.Turn).Where(one => room.FreeUnder(one.Quota) > 0 && (!one.IsAnonymous || anonymous-- > 0) && room.TryTake(one.Quota))
            .Take(count).Select(one => one.Turn.Sequence)];
    }

    public static QuotaRoom RoomUnder(Statements db, IReadOnlyDictionary<string, int>? quotas) => new(quotas, quota => CountRunning(db, quota));

    /// <summary>Every quota that has queued or running processes. There are no more running ones than workers.</summary>
    public static List<QuotaUse> Inspect(Statements db) => db.Query(
        """
        SELECT quota, SUM(queued), SUM(running) FROM (
            SELECT quota, 1 AS queued, 0 AS running FROM processes WHERE state = 1 AND quota > ''
            UNION ALL SELECT quota, 0, 1 FROM processes WHERE state = 2 AND quota <> '')
        GROUP BY quota
        """,
        row => new QuotaUse(row.GetString(0), row.GetInt32(1), row.GetInt32(2)));

    private static int CountRunning(Statements db, string quota) => db.QueryFirst(RunningStatement, row => row.GetInt32(0), ("$quota", quota));

    /// <summary>The names with queued processes, found by a step in the index for each, and the empty one.</summary>
    private static List<string> NamesOf(Statements db, bool isIndexDamaged)
    {
        List<string> names = [""];
        while (db.QueryFirst(Using(NextNameStatement, isIndexDamaged), row => row.GetString(0), ("$after", names[^1])) is { } next)
            names.Add(next);
        return names;
    }

    private static string Using(string statement, bool isIndexDamaged) => isIndexDamaged ? statement.Replace(Index, "NOT INDEXED", StringComparison.Ordinal) : statement;

    private static Waiting Read(SqliteDataReader row, string quota) =>
        new((row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), quota, row.GetBoolean(4));

    private readonly record struct Waiting((int Rank, long Due, long Turn, long Sequence) Turn, string Quota, bool IsAnonymous);
}
