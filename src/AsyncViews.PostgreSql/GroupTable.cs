using Npgsql;
using static AsyncViews.PostgreSql.Parameter;
using static AsyncViews.PostgreSql.ProcessTable;

namespace AsyncViews.PostgreSql;

/// <summary>The statements on groups: the processes with the same hidden reference and number. The reference means the group with the last number.</summary>
internal static class GroupTable
{
    private const string OfLast = "group_name = $1 AND group_number = (SELECT MAX(group_number) FROM asyncviews_processes WHERE group_name = $1)";

    /// <summary>Lets one after the other join, follow or remove the group.</summary>
    public static Task<int> LockAsync(Statements db, string group) => db.ExecuteAsync(Locks.Take, Int(Locks.Groups), Text(group));

    /// <summary>Locks the group of this process, if it has one.</summary>
    public static async Task LockOfAsync(Statements db, ProcessId member)
    {
        if (await db.QueryFirstAsync("SELECT group_name FROM asyncviews_processes WHERE id = $1 AND group_name IS NOT NULL", row => row.GetString(0), Text(member.ToString())) is { } group)
            await LockAsync(db, group);
    }

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

    /// <summary>Takes the reference from the groups that still have it, each of which stays whole under a name of its own.</summary>
    /// <param name="db">The statements.</param>
    /// <param name="group">The hidden reference.</param>
    /// <param name="removed">A process of the last group, which is being removed: no other removal has its id.</param>
    public static Task<int> RenameAsync(Statements db, string group, ProcessId removed) =>
        db.ExecuteAsync("UPDATE asyncviews_processes SET group_name = group_name || ' ' || $2 WHERE group_name = $1", Text(group), Text(removed.ToString()));

    /// <summary>Does so where this process, which is being removed, is the only one left of the last group. A group that begins meanwhile has a higher number.</summary>
    public static Task<int> RenameWithoutLastAsync(Statements db, ProcessId removed) => db.ExecuteAsync(
        """
        UPDATE asyncviews_processes e SET group_name = e.group_name || ' ' || $1 FROM asyncviews_processes p
        WHERE p.id = $1 AND e.group_name = p.group_name AND e.group_number <= p.group_number
            AND NOT EXISTS (SELECT 1 FROM asyncviews_processes l WHERE l.group_name = p.group_name AND l.group_number >= p.group_number AND l.id <> p.id)
        """,
        Text(removed.ToString()));

    /// <summary>The members of the group that this process belongs to, itself among them.</summary>
    public static Task<List<ProcessId>> MembersBesideAsync(Statements db, ProcessId id) => db.QueryAsync(
        "SELECT m.id FROM asyncviews_processes p JOIN asyncviews_processes m ON m.group_name = p.group_name AND m.group_number = p.group_number WHERE p.id = $1",
        row => ProcessId.Parse(row.GetString(0)), Text(id.ToString()));

    /// <summary>Counts the members that belong to these hidden owners, or to anybody if null. Null if there are none.</summary>
    public static Task<GroupStatus?> CountAsync(Statements db, string group, IEnumerable<string>? owners) => db.QueryFirstAsync(
        $"""
        SELECT COUNT(*)::integer, COUNT(*) FILTER (WHERE state < {ProcessTable.Running})::integer, COUNT(*) FILTER (WHERE state = {ProcessTable.Running})::integer, COUNT(*) FILTER (WHERE state = {Succeeded})::integer,
            COUNT(*) FILTER (WHERE state > {Succeeded})::integer, MIN(created), MIN(started), MAX(ended)
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
