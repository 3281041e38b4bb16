using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;
using static AsyncViews.PostgreSql.ProcessTable;

namespace AsyncViews.PostgreSql;

/// <summary>The statements on the queue: who starts next, and at which place somebody waits.</summary>
internal static class QueueTable
{
    public const string Turn = "rank, due, turn, sequence";

    /// <summary>Tells whether a process is of a type that the node knows, and not too late.</summary>
    public const string MayStart = "type = ANY($1) AND NOT (fence = 0 AND start_before IS NOT NULL AND start_before <= $4)";

    private const string SkipLocked = $"ORDER BY {Turn} LIMIT $3 FOR UPDATE SKIP LOCKED";

    private static readonly string Waiting = $"SELECT {Turn} FROM asyncviews_processes WHERE state = {Queued} AND {MayStart}";

    private static readonly string Due = $"SELECT {Turn} FROM asyncviews_processes WHERE state = {Scheduled} AND due <= $4 AND {MayStart}";

    /// <summary>Claims the next processes, whoever has sent them.</summary>
    public static readonly string ClaimAnyone = Claim($"queued AS ({Waiting} {SkipLocked}), due AS ({Due} {SkipLocked})", "SELECT * FROM queued UNION ALL SELECT * FROM due");

    private static readonly string ClaimFewAnonymous = Claim(
        $"""
        users AS ({Waiting} AND NOT anonymous {SkipLocked}), due AS ({Due} AND NOT anonymous {SkipLocked}),
        others AS ({Waiting} AND anonymous ORDER BY {Turn} LIMIT $6 FOR UPDATE SKIP LOCKED)
        """,
        "SELECT * FROM users UNION ALL SELECT * FROM due UNION ALL SELECT * FROM others");

    /// <summary>Counts the queued processes behind one of them, up to another; from the first if null.</summary>
    public static Task<int> CountAsync(Statements db, ProcessRecord? behind, ProcessRecord last) => db.QueryFirstAsync(
        $"SELECT COUNT(*)::integer FROM asyncviews_processes WHERE state = {Queued} AND ({Turn}) > ($1, COALESCE($2, 'infinity'), $3, $4) AND ({Turn}) <= ($5, COALESCE($6, 'infinity'), $7, $8)",
        row => row.GetInt32(0),
        Int(behind is null ? int.MinValue : -behind.Terms.Priority), Time(behind?.Terms.NotBefore), Long(behind?.Turn ?? 0), Long(behind?.Sequence ?? 0),
        Int(-last.Terms.Priority), Time(last.Terms.NotBefore), Long(last.Turn), Long(last.Sequence));

    /// <summary>
    /// Claims the next processes, those that are due by now among them, and at most so many of anonymous people. Rows that another
    /// node is claiming are passed over. The order of the answer is not theirs.
    /// </summary>
    public static Task<List<ClaimedRow>> ClaimNextAsync(Statements db, IEnumerable<ProcessType> types, string node, int count, int anonymous, DateTimeOffset now, TimeSpan skew)
    {
        NpgsqlParameter[] parameters = [Types(types), Text(node), Int(count), Time(now), Span(skew)];
        return anonymous >= count
            ? db.QueryAsync(ClaimAnyone, ClaimedRow.ReadNext, parameters)
            : db.QueryAsync(ClaimFewAnonymous, ClaimedRow.ReadNext, [.. parameters, Int(Math.Max(anonymous, 0))]);
    }

    /// <summary>Claims this process. Returns null if it is of another type, is not due, or should have started by now.</summary>
    public static Task<ClaimedRow?> ClaimAsync(Statements db, ProcessId id, IEnumerable<ProcessType> types, string node, DateTimeOffset now, TimeSpan skew) => db.QueryFirstAsync(
        $"""
        UPDATE asyncviews_processes p SET {Started}
        WHERE id = $3 AND (state = {Queued} OR state = {Scheduled} AND due <= $4) AND {MayStart}
        RETURNING {ClaimedRow.Names}
        """,
        ClaimedRow.Read, Types(types), Text(node), Text(id.ToString()), Time(now), Span(skew));

    /// <summary>The ticks of a start are those of .NET, which count from the year 1.</summary>
    public const string Started =
        """
        state = 2, fence = fence + 1, node = $2, started = $4, heartbeat = now() + $5, sealed_status = NULL, version = version + 1,
            starts = COALESCE(starts, '') || (fence + 1) || ' ' || ((extract(epoch FROM $4) * 10000000)::bigint + 621355968000000000) || ' ' || $2 || E'\n'
        """;

    private static string Claim(string candidates, string union) =>
        $"""
        WITH {candidates},
        locked AS ({union}),
        next AS (SELECT sequence FROM locked ORDER BY {Turn} LIMIT $3)
        UPDATE asyncviews_processes p SET {Started}
        FROM next WHERE p.sequence = next.sequence
        RETURNING {ClaimedRow.Names}, (SELECT COUNT(*) FROM locked) > $3
        """;

    /// <summary>The count of the live processes of an owner or in a lane that people have sent.</summary>
    public static string LiveOf(string which) => $"SELECT COUNT(*) FROM asyncviews_processes WHERE {which} AND state < {FirstEnd} AND limited";
}
