using Npgsql;
using static AsyncViews.PostgreSql.Parameter;
using static AsyncViews.PostgreSql.ProcessTable;

namespace AsyncViews.PostgreSql;

/// <summary>The statements on groups: the processes with the same hidden reference and number. The reference means the group with the last number.</summary>
internal static class GroupTable
{
    private const string OfLast = "group_name = $1 AND group_number = (SELECT MAX(group_number) FROM asyncviews_processes WHERE group_name = $1)";

    /// <summary>Lets one after the other join, follow or remove the group.</summary>
    public static Task<int> LockAsync(Statements db, string group) => db.ExecuteAsync("SELECT pg_advisory_xact_lock($1, hashtext($2))", Int(Locks.Groups), Text(group));

    /// <summary>The number of the group that a process with this reference joins; null if it may not join, since a member has started.</summary>
    public static Task<long?> NumberToJoinAsync(Statements db, string group) => db.QueryFirstAsync(
        $"""
        SELECT CASE WHEN COUNT(*) FILTER (WHERE state < {FirstEnd}) = 0 THEN COALESCE(MAX(group_number), 0) + 1 WHEN COUNT(*) FILTER (WHERE fence > 0 OR group_started) = 0 THEN MAX(group_number) END
        FROM asyncviews_processes WHERE {OfLast}
        """,
        row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), Text(group));

    public static Task<int> JoinAsync(Statements db, ProcessId id, string group, long number) =>
        db.ExecuteAsync("UPDATE asyncviews_processes SET group_name = $2, group_number = $3 WHERE id = $1", Text(id.ToString()), Text(group), Long(number));

    /// <summary>Lets the live members of a process's group know that it had started: its row goes before theirs.</summary>
    public static Task<int> LeaveAsync(Statements db, ProcessId id) => db.ExecuteAsync(
        $"""
        UPDATE asyncviews_processes p SET group_started = true FROM (
            SELECT m.id FROM asyncviews_processes m JOIN asyncviews_processes r ON m.group_name = r.group_name AND m.group_number = r.group_number
            WHERE r.id = $1 AND (r.fence > 0 OR r.group_started) AND m.state < {FirstEnd} ORDER BY m.sequence FOR NO KEY UPDATE OF m) AS locked
        WHERE p.id = locked.id
        """,
        Text(id.ToString()));

    /// <summary>The members of the last group that are not gone, in the order of their arrival.</summary>
    public static Task<List<ProcessId>> MembersAsync(Statements db, string group) => MembersAsync(db, group, "NOT gone");

    public static Task<List<ProcessId>> LiveMembersAsync(Statements db, string group) => MembersAsync(db, group, $"state < {FirstEnd}");

    public static Task<List<ProcessRow>> LockMembersAsync(Statements db, string group) => db.QueryAsync(
        $"SELECT {ProcessColumns.Names} FROM asyncviews_processes p WHERE {OfLast} AND NOT gone ORDER BY sequence FOR UPDATE", ProcessColumns.Read, Text(group));

    /// <summary>Lets these members, which are locked, belong to no group.</summary>
    public static Task<int> DissolveAsync(Statements db, IEnumerable<ProcessId> members) =>
        db.ExecuteAsync("UPDATE asyncviews_processes SET group_name = NULL, group_number = NULL WHERE id = ANY($1)", SuccessionTable.Ids(members));

    /// <summary>Counts the members that belong to these hidden owners, or to anybody if null. Null if there are none.</summary>
    public static Task<GroupStatus?> CountAsync(Statements db, string group, IEnumerable<string>? owners) => db.QueryFirstAsync(
        $"""
        SELECT COUNT(*)::integer, COUNT(*) FILTER (WHERE state < {ProcessTable.Running})::integer, COUNT(*) FILTER (WHERE state = {ProcessTable.Running})::integer, COUNT(*) FILTER (WHERE state = {FirstEnd})::integer,
            COUNT(*) FILTER (WHERE state > {FirstEnd})::integer, MIN(created), MIN(started), MAX(ended)
        FROM asyncviews_processes WHERE {OfLast} AND NOT gone AND ($2 IS NULL OR owner = ANY($2))
        """,
        Read, Text(group), Texts(owners));

    private static Task<List<ProcessId>> MembersAsync(Statements db, string group, string which) =>
        db.QueryAsync($"SELECT id FROM asyncviews_processes WHERE {OfLast} AND {which} ORDER BY sequence", row => ProcessId.Parse(row.GetString(0)), Text(group));

    private static GroupStatus? Read(NpgsqlDataReader row) => row.GetInt32(0) == 0 ? null : new GroupStatus
    {
        Total = row.GetInt32(0),
        Waiting = row.GetInt32(1),
        Running = row.GetInt32(2),
        Succeeded = row.GetInt32(3),
        NotSucceeded = row.GetInt32(4),
        CreatedAt = ProcessRow.TimeOf(row, 5)!.Value,
        StartedAt = ProcessRow.TimeOf(row, 6),
        EndedAt = row.GetInt32(1) + row.GetInt32(2) > 0 ? null : ProcessRow.TimeOf(row, 7),
    };
}
