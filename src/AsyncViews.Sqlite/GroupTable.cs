using Microsoft.Data.Sqlite;
using static AsyncViews.Sqlite.ProcessTable;

namespace AsyncViews.Sqlite;

/// <summary>The statements on groups: the processes with the same hidden reference and number. The reference means the group with the last number.</summary>
internal static class GroupTable
{
    private const string OfLast = "group_name = $group AND group_number = (SELECT MAX(group_number) FROM processes WHERE group_name = $group)";

    /// <summary>The number of the group that a process with this reference joins; null if it may not join, since a member has started.</summary>
    public static long? NumberToJoin(Statements db, string group)
    {
        var (last, live, started) = db.QueryFirst(
            $"SELECT COALESCE(MAX(group_number), 0), COALESCE(SUM(state < {FirstEnd}), 0), COALESCE(SUM(fence > 0 OR group_started), 0) FROM processes WHERE {OfLast}",
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), ("$group", group));
        return live == 0 ? last + 1 : started == 0 ? last : null;
    }

    public static void Join(Statements db, ProcessId id, string group, long number) =>
        db.Execute("UPDATE processes SET group_name = $group, group_number = $number WHERE id = $id", ("$id", id.ToString()), ("$group", group), ("$number", number));

    /// <summary>Lets the live members of a process's group know that it had started: its row goes before theirs.</summary>
    public static void Leave(Statements db, ProcessId id) => db.Execute(
        $"""
        UPDATE processes SET group_started = 1
        FROM (SELECT group_name AS name, group_number AS number FROM processes WHERE id = $id AND (fence > 0 OR group_started))
        WHERE group_name = name AND group_number = number AND state < {FirstEnd}
        """,
        ("$id", id.ToString()));

    /// <summary>The members of the last group that are not gone, in the order of their arrival.</summary>
    public static List<ProcessId> Members(Statements db, string group) =>
        db.Query($"SELECT id FROM processes WHERE {OfLast} AND gone = 0 ORDER BY sequence", ReadId, ("$group", group));

    /// <summary>Lets the members of the last group that are not gone belong to none.</summary>
    public static void Dissolve(Statements db, string group) => db.Execute($"UPDATE processes SET group_name = NULL, group_number = NULL WHERE {OfLast} AND gone = 0", ("$group", group));

    /// <summary>Takes the reference from the groups that still have it, each of which stays whole under a name of its own.</summary>
    /// <param name="db">The statements.</param>
    /// <param name="group">The hidden reference.</param>
    /// <param name="removed">A process of the last group, which is being removed: no other removal has its id.</param>
    public static void Rename(Statements db, string group, ProcessId removed) =>
        db.Execute("UPDATE processes SET group_name = group_name || ' ' || $id WHERE group_name = $group", ("$group", group), ("$id", removed.ToString()));

    /// <summary>Does so where this process, which is being removed, is the only one left of the last group.</summary>
    public static void RenameWithoutLast(Statements db, ProcessId removed) => db.Execute(
        """
        UPDATE processes SET group_name = group_name || ' ' || $id
        FROM (SELECT group_name AS name FROM processes p
            WHERE id = $id AND group_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM processes WHERE group_name = p.group_name AND group_number >= p.group_number AND id <> p.id))
        WHERE group_name = name
        """,
        ("$id", removed.ToString()));

    /// <summary>The members of the group that this process belongs to, itself among them.</summary>
    public static List<ProcessId> MembersBeside(Statements db, ProcessId id) => db.Query(
        "SELECT m.id FROM processes p JOIN processes m ON m.group_name = p.group_name AND m.group_number = p.group_number WHERE p.id = $id", ReadId, ("$id", id.ToString()));

    public static List<ProcessId> LiveMembers(Statements db, string group) =>
        db.Query($"SELECT id FROM processes WHERE {OfLast} AND state < {FirstEnd} ORDER BY sequence", ReadId, ("$group", group));

    /// <summary>Counts the members that belong to these hidden owners, or to anybody if null. Null if there are none.</summary>
    public static GroupStatus? Count(Statements db, string group, IEnumerable<string>? owners) => db.QueryFirst(
        $"""
        SELECT COUNT(*), SUM(state < {ProcessTable.Running}), SUM(state = {ProcessTable.Running}), SUM(state = {Succeeded}), SUM(state > {Succeeded}), MIN(created), MIN(started), MAX(ended)
        FROM processes WHERE {OfLast} AND gone = 0 AND ($owners IS NULL OR owner IN (SELECT value FROM json_each($owners)))
        """,
        Read, ("$group", group), ("$owners", owners is null ? null : System.Text.Json.JsonSerializer.Serialize(owners)));

    private static GroupStatus? Read(SqliteDataReader row) => row.GetInt32(0) == 0 ? null : new GroupStatus
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
