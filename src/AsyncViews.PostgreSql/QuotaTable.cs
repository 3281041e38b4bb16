using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;
using static AsyncViews.PostgreSql.ProcessTable;

namespace AsyncViews.PostgreSql;

/// <summary>
/// The statements on the queue where quotas limit it. Each quota has a queue of its own in the index, and processes under none have
/// the empty name. So a process that waits under a full quota is in nobody's way.
/// </summary>
internal static class QuotaTable
{
    /// <summary>The number of scheduled processes that are queued at once.</summary>
    private const int Batch = 500;

    private static readonly string CountRunning = $"SELECT COUNT(*) FROM asyncviews_processes r WHERE r.state = {ProcessTable.Running} AND r.quota <> '' AND r.quota =";

    /// <summary>The names with queued processes, found by a step in the index for each, and what runs under them.</summary>
    private static readonly string Names =
        $"""
        WITH RECURSIVE names (name) AS (
            ({NameAfter("''")})
            UNION ALL SELECT ({NameAfter("names.name")}) FROM names WHERE name IS NOT NULL)
        SELECT name, ({CountRunning} name)::integer FROM names WHERE name IS NOT NULL
        """;

    /// <summary>Nodes that claim under the same quota come one after the other, so that each counts what the one before has claimed. The locks are taken in the order of the hashes, since two names may have the same.</summary>
    private const string Lock =
        "SELECT pg_advisory_xact_lock($1, key) FROM (SELECT DISTINCT hashtext(current_schema() || ' ' || name) AS key FROM unnest($2) AS quotas (name) ORDER BY key) AS keys";

    private static readonly string LockOf = $"SELECT pg_advisory_xact_lock($1, hashtext(current_schema() || ' ' || quota)) IS NULL FROM asyncviews_processes WHERE id = $2 AND quota = ANY($3)";

    /// <summary>The limit for anonymous people is applied before the quotas, so fewer may be claimed under both limits than could start.</summary>
    private static readonly string ClaimStatement =
        $"""
        WITH quotas AS MATERIALIZED (
            SELECT name, LEAST($3, most - ({CountRunning} name)) AS free FROM unnest($7, $8) AS quotas (name, most)),
        users AS ({Waiting("''")} AND NOT anonymous {SkipLocked("$3")}),
        others AS ({Waiting("''")} AND anonymous {SkipLocked("$6")}),
        limited AS (SELECT waiting.*, free FROM quotas CROSS JOIN LATERAL ({Waiting("quotas.name")} AND NOT anonymous {SkipLocked("GREATEST(quotas.free, 0)")}) AS waiting),
        limited_others AS (SELECT waiting.*, free FROM quotas CROSS JOIN LATERAL ({Waiting("quotas.name")} AND anonymous {SkipLocked("GREATEST(LEAST(quotas.free, $6), 0)")}) AS waiting),
        waiting AS (
            SELECT *, $3 AS free FROM users UNION ALL SELECT *, $3 FROM others UNION ALL SELECT * FROM limited UNION ALL SELECT * FROM limited_others),
        admitted AS (SELECT *, row_number() OVER (PARTITION BY anonymous ORDER BY {QueueTable.Turn}) AS place FROM waiting),
        placed AS (SELECT *, row_number() OVER (PARTITION BY quota ORDER BY {QueueTable.Turn}) AS place_in_quota FROM admitted WHERE NOT anonymous OR place <= $6),
        startable AS (SELECT * FROM placed WHERE place_in_quota <= free),
        next AS (SELECT sequence FROM startable ORDER BY {QueueTable.Turn} LIMIT $3)
        UPDATE asyncviews_processes p SET {QueueTable.Started}
        FROM next WHERE p.sequence = next.sequence
        RETURNING {ClaimedRow.Names}, (SELECT COUNT(*) FROM startable) > $3
        """;

    private static readonly string ClaimOfStatement =
        $"""
        UPDATE asyncviews_processes p SET {QueueTable.Started}
        WHERE id = $3 AND (state = {Queued} OR state = {Scheduled} AND due <= $4) AND {QueueTable.MayStart}
            AND NOT EXISTS (SELECT 1 FROM unnest($6, $7) AS quotas (name, most) WHERE name = p.quota AND most <= ({CountRunning} p.quota))
        RETURNING {ClaimedRow.Names}
        """;

    /// <summary>Queues processes that are due, and finds the quotas that have queued processes and room for them, each with its limit.</summary>
    public static async Task<List<(string Name, int Limit)>> FindOpenAsync(UnitOfWork unit, IReadOnlyDictionary<string, int> quotas, bool isAnyDue)
    {
        if (isAnyDue && await QueueDueAsync(unit.Db, unit.Now, Batch) > 0)
            unit.MoveTimes();
        var used = await unit.Db.QueryAsync(Names, row => (Name: row.GetString(0), Running: row.GetInt32(1)));
        return [.. used.Select(quota => (quota.Name, quota.Running, Limit: quotas.GetValueOrDefault(quota.Name, int.MaxValue))).Where(quota => quota.Running < quota.Limit).Select(quota => (quota.Name, quota.Limit))];
    }

    /// <summary>Claims the next processes under these quotas and under none, with a limit on those of anonymous people. The rows do not come in the order of the queue.</summary>
    public static Task<List<ClaimedRow>> ClaimNextAsync(
        Statements db, List<(string Name, int Limit)> open, IEnumerable<ProcessType> types, string node, int count, int anonymous, DateTimeOffset now, TimeSpan skew)
    {
        NpgsqlParameter[] parameters =
        [
            Types(types), Text(node), Int(count), Time(now), Span(skew), Int(Math.Clamp(anonymous, 0, count)), Texts(open.Select(quota => quota.Name)), Ints(open.Select(quota => quota.Limit)),
        ];
        var limited = open.FindAll(quota => quota.Limit < int.MaxValue).ConvertAll(quota => quota.Name);
        return limited.Count == 0
            ? db.QueryAsync(ClaimStatement, ClaimedRow.ReadNext, parameters)
            : db.QueryLastAsync([new(Lock, Int(Locks.Quotas), Texts(limited)), new(ClaimStatement, parameters)], ClaimedRow.ReadNext);
    }

    /// <summary>Claims this process. Returns null if it is of another type, is not due, should have started by now, or its quota is full.</summary>
    public static async Task<ClaimedRow?> ClaimAsync(
        Statements db, ProcessId id, IEnumerable<ProcessType> types, string node, IReadOnlyDictionary<string, int> quotas, DateTimeOffset now, TimeSpan skew)
    {
        var rows = await db.QueryLastAsync(
            [
                new(LockOf, Int(Locks.Quotas), Text(id.ToString()), Texts(quotas.Keys)),
                new(ClaimOfStatement, Types(types), Text(node), Text(id.ToString()), Time(now), Span(skew), Texts(quotas.Keys), Ints(quotas.Values)),
            ],
            ClaimedRow.Read);
        return rows.FirstOrDefault();
    }

    /// <summary>Every quota that has queued or running processes.</summary>
    public static Task<List<QuotaUse>> InspectAsync(Statements db) => db.QueryAsync(
        $"""
        SELECT quota, SUM(queued)::integer, SUM(running)::integer FROM (
            SELECT quota, 1 AS queued, 0 AS running FROM asyncviews_processes WHERE state = {Queued} AND quota > ''
            UNION ALL SELECT quota, 0, 1 FROM asyncviews_processes WHERE state = {ProcessTable.Running} AND quota <> '') AS used
        GROUP BY quota
        """,
        row => new QuotaUse(row.GetString(0), row.GetInt32(1), row.GetInt32(2)));

    private static string NameAfter(string name) => $"SELECT quota FROM asyncviews_processes WHERE state = {Queued} AND quota > {name} ORDER BY quota LIMIT 1";

    private static string Waiting(string quota) => $"SELECT {QueueTable.Turn}, anonymous, quota FROM asyncviews_processes WHERE state = {Queued} AND quota = {quota} AND {QueueTable.MayStart}";

    private static string SkipLocked(string count) => $"ORDER BY {QueueTable.Turn} LIMIT {count} FOR UPDATE SKIP LOCKED";
}
