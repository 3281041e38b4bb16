using AsyncViews.Storage;
using static AsyncViews.Sqlite.ProcessTable;

namespace AsyncViews.Sqlite;

/// <summary>The statements on what follows what: who waits for whom, and what becomes of it.</summary>
internal static class SuccessionTable
{
    /// <summary>Processes that wait for others.</summary>
    private const string Waiting = "state = 0 AND pending > 0";

    /// <summary>Tells whether anything waits for the process <c>$id</c>.</summary>
    public const string HasFollowers = "EXISTS (SELECT 1 FROM edges WHERE predecessor = $id AND open = 1)";

    /// <summary>Tells whether an expired row is still kept: a successor may need its result, or its group is kept whole. A failed one is not kept for those that wait for its success: they would wait for ever.</summary>
    /// <remarks>Groups of what has expired are looked through once in a statement, not once for each member.</remarks>
    public static readonly string IsHeld =
        $"""
        (state = {Succeeded} AND EXISTS (SELECT 1 FROM edges JOIN processes s ON s.id = successor WHERE predecessor = processes.id AND s.gone = 0 AND (s.state < {FirstEnd} OR s.state IN ({Failed}, {Interrupted})))
            OR group_name IS NOT NULL AND (group_name, group_number) IN (
                SELECT group_name, group_number FROM (SELECT DISTINCT group_name, group_number FROM processes WHERE state >= {FirstEnd} AND gone = 0 AND expires <= $now AND group_name IS NOT NULL) g
                WHERE EXISTS (SELECT 1 FROM processes m WHERE m.group_name = g.group_name AND m.group_number = g.group_number AND (m.state < {FirstEnd} OR m.gone = 0 AND m.expires > $now)))
                AND NOT (state IN ({Failed}, {Interrupted}) AND EXISTS (SELECT 1 FROM edges WHERE predecessor = processes.id AND open = 1)))
        """;

    private static readonly string FindNeverToStartStatement =
        $"SELECT {ProcessColumns.Names} FROM processes WHERE {Waiting} AND id IN (SELECT successor FROM edges WHERE predecessor = $id AND open = 1 AND condition = $condition)";

    private static readonly string FindForgottenStatement =
        $"SELECT {ProcessColumns.Names} FROM processes WHERE {Waiting} AND NOT EXISTS (SELECT 1 FROM edges WHERE successor = processes.id AND open = 1)";

    /// <summary>Lets a process, which was just added, wait for others.</summary>
    public static void Wait(Statements db, ProcessId id, IReadOnlyList<Predecessor> predecessors, IReadOnlyList<ProcessId> ofGroup)
    {
        var number = 0;
        foreach (var predecessor in predecessors)
            Add(db, id, predecessor, number++, isOfGroup: false);
        foreach (var member in ofGroup)
            Add(db, id, new Predecessor(member, When.Ended), number++, isOfGroup: true);
        db.Execute(
            $"""
            UPDATE processes SET state = {Scheduled}, pending = (SELECT COUNT(*) FROM edges WHERE successor = $id), not_before = due, due = $never
            WHERE id = $id AND EXISTS (SELECT 1 FROM edges WHERE successor = $id)
            """,
            ("$id", id.ToString()), ("$never", ProcessRow.DueOf(null)));
    }

    /// <summary>Lets what waits for all members of a group wait for those that have joined it, too.</summary>
    public static void WaitForMembers(Statements db, IEnumerable<ProcessId> joined, IEnumerable<ProcessId> members)
    {
        var completions = db.Query(
            $"SELECT DISTINCT id FROM edges JOIN processes ON id = successor WHERE of_group = 1 AND predecessor IN (SELECT value FROM json_each($members)) AND {Waiting}",
            ReadId, ("$members", TextsOf(members)));
        foreach (var completion in completions)
        {
            // It may be among what was added with them, and wait for some of them already.
            var more = joined.Sum(member => Add(db, completion, new Predecessor(member, When.Ended), number: int.MaxValue, isOfGroup: true));
            db.Execute("UPDATE processes SET pending = pending + $more, version = version + 1 WHERE id = $id", ("$more", more), ("$id", completion.ToString()));
        }
    }

    /// <summary>Puts a process in the place of the one that it repeats.</summary>
    public static void Replace(Statements db, ProcessId old, ProcessId by)
    {
        (string, object?)[] both = [("$old", old.ToString()), ("$new", by.ToString())];
        db.Execute($"UPDATE processes SET pending = pending + 1, version = version + 1 WHERE {Waiting} AND id IN (SELECT successor FROM edges WHERE predecessor = $old AND open = 0)", both.AsSpan(0, 1));
        db.Execute($"UPDATE edges SET predecessor = $new, open = 1 WHERE predecessor = $old AND successor IN (SELECT id FROM processes WHERE {Waiting})", both);
        db.Execute("UPDATE edges SET successor = $new WHERE successor = $old", both);
        db.Execute(
            """
            UPDATE processes SET group_name = name, group_number = number, group_started = begun
            FROM (SELECT group_name AS name, group_number AS number, fence > 0 OR group_started AS begun FROM processes WHERE id = $old AND group_name IS NOT NULL)
            WHERE id = $new
            """,
            both);
        db.Execute("UPDATE processes SET replaced_by = $new, group_name = NULL, group_number = NULL WHERE id = $old", both);

        // What came to wait for the group after the old one had ended does not know it.
        WaitForMembers(db, [by], GroupTable.MembersBeside(db, by));
    }

    /// <summary>Tells whether anything waits for it.</summary>
    public static bool IsFollowed(Statements db, ProcessId predecessor) =>
        db.QueryFirst($"SELECT {HasFollowers}", row => row.GetBoolean(0), ("$id", predecessor.ToString()));

    /// <summary>Lets each process whose condition this end meets wait for one process fewer.</summary>
    /// <returns>The processes that no longer wait for any.</returns>
    public static List<ProcessId> Meet(Statements db, ProcessId predecessor, ProcessState ended, DateTimeOffset now)
    {
        var met = db.Query(
            "UPDATE edges SET open = 0 WHERE predecessor = $id AND open = 1 AND condition IN ($condition, $always) RETURNING successor", ReadId,
            ("$id", predecessor.ToString()), ("$condition", (int)(ended == ProcessState.Succeeded ? When.Succeeded : When.NotSucceeded)), ("$always", (int)When.Ended));
        return met.Count == 0 ? [] : db.Query(
            $"""
            UPDATE processes SET pending = pending - 1, version = version + 1, released = CASE pending WHEN 1 THEN $now END,
                state = CASE WHEN pending = 1 AND (not_before <= $now OR not_before = $never) THEN {Queued} ELSE {Scheduled} END,
                due = CASE pending WHEN 1 THEN not_before ELSE due END, not_before = CASE pending WHEN 1 THEN NULL ELSE not_before END
            WHERE {Waiting} AND id IN (SELECT value FROM json_each($met))
            RETURNING id, pending
            """,
            row => (Id: ReadId(row), Pending: row.GetInt32(1)), ("$now", now.UtcTicks), ("$never", ProcessRow.DueOf(null)), ("$met", TextsOf(met)))
            .FindAll(successor => successor.Pending == 0).ConvertAll(successor => successor.Id);
    }

    /// <summary>The processes that can never start after this end. They no longer wait for it.</summary>
    public static List<ProcessRow> FindNeverToStart(Statements db, ProcessId predecessor, ProcessState ended, bool isGone)
    {
        var condition = ended == ProcessState.Succeeded ? When.NotSucceeded : When.Succeeded;
        if (condition.IsMetBy(ended, isGone) is null)
            return [];

        (string, object?)[] parameters = [("$id", predecessor.ToString()), ("$condition", (int)condition)];
        var found = db.QueryReadable(FindNeverToStartStatement, ProcessColumns.Read, parameters);
        db.Execute("UPDATE edges SET open = 0 WHERE predecessor = $id AND open = 1 AND condition = $condition", parameters);
        return found;
    }

    /// <summary>Processes that have ended or are missing, although others still wait for them. Only damage leaves them so.</summary>
    public static List<(ProcessId Id, ProcessState State, bool IsGone)> FindUnsettled(Statements db) => db.Query(
        $"""
        SELECT DISTINCT predecessor, COALESCE(state, {(int)ProcessState.Canceled}), COALESCE(gone, 1) FROM edges LEFT JOIN processes ON id = predecessor
        WHERE open = 1 AND (id IS NULL OR state >= {FirstEnd} AND NOT (condition = {(int)When.Succeeded} AND gone = 0 AND state IN ({Failed}, {Interrupted})))
        """,
        row => (ReadId(row), (ProcessState)row.GetInt32(1), row.GetBoolean(2)));

    /// <summary>Processes that wait for others that are not known. Only damage leaves them so.</summary>
    public static List<ProcessRow> FindForgotten(Statements db) => db.QueryReadable(FindForgottenStatement, ProcessColumns.Read);

    public static List<ProcessId> Before(Statements db, ProcessId successor) =>
        db.Query("SELECT predecessor FROM edges LEFT JOIN processes ON processes.id = predecessor WHERE successor = $id ORDER BY number, sequence, predecessor", ReadId, ("$id", successor.ToString()));

    private static int Add(Statements db, ProcessId successor, Predecessor predecessor, int number, bool isOfGroup) => db.Execute(
        "INSERT OR IGNORE INTO edges (successor, predecessor, number, condition, of_group) VALUES ($successor, $predecessor, $number, $condition, $group)",
        ("$successor", successor.ToString()), ("$predecessor", predecessor.Id.ToString()), ("$number", number), ("$condition", (int)predecessor.When), ("$group", isOfGroup));

    private static string TextsOf(IEnumerable<ProcessId> ids) => System.Text.Json.JsonSerializer.Serialize(ids.Select(id => id.ToString()));
}
