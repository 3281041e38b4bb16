using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;
using static AsyncViews.PostgreSql.ProcessTable;

namespace AsyncViews.PostgreSql;

/// <summary>The statements on what follows what: who waits for whom, and what becomes of it.</summary>
internal static class SuccessionTable
{
    /// <summary>The table. An edge that is no longer open has been met.</summary>
    public const string Schema =
        """
        CREATE TABLE asyncviews_edges (
            successor text COLLATE "C" NOT NULL,
            predecessor text COLLATE "C" NOT NULL,
            number integer NOT NULL,
            condition integer NOT NULL,
            of_group boolean NOT NULL,
            open boolean NOT NULL DEFAULT true,
            PRIMARY KEY (successor, predecessor)
        );
        CREATE INDEX asyncviews_edges_of ON asyncviews_edges (predecessor);
        CREATE INDEX asyncviews_edges_open ON asyncviews_edges (predecessor) WHERE open;
        CREATE INDEX asyncviews_members ON asyncviews_processes (group_name, group_number) WHERE group_name IS NOT NULL;
        """;

    /// <summary>Processes that wait for others.</summary>
    private const string Waiting = "state = 0 AND pending > 0";

    private static readonly string Unsettled =
        $"""
        FROM asyncviews_edges LEFT JOIN asyncviews_processes ON id = predecessor
        WHERE open AND (id IS NULL OR NOT followed OR state >= {FirstEnd} AND NOT (condition = {(int)When.Succeeded} AND NOT gone AND state IN ({Failed}, {Interrupted})))
        """;

    /// <summary>
    /// Locks rows in the order of their arrival, as every statement that locks several does: a predecessor has nearly always arrived before
    /// its successors, which its end locks after its own row. Where two transactions wait for each other all the same, PostgreSQL ends one,
    /// and that begins anew.
    /// </summary>
    private static string Lock(string which) => $"SELECT id FROM asyncviews_processes WHERE {Waiting} AND {which} ORDER BY sequence FOR NO KEY UPDATE";

    /// <summary>Tells whether an expired row is still kept: a successor may need its result, or its group is kept whole. A failed one is not kept for those that wait for its success: they would wait for ever.</summary>
    /// <remarks>Groups of what has expired are looked through once in a statement, not once for each member.</remarks>
    public static string IsHeld(string now) =>
        $"""
        (state = {Succeeded} AND followed AND EXISTS (SELECT 1 FROM asyncviews_edges e JOIN asyncviews_processes s ON s.id = e.successor
                WHERE e.predecessor = asyncviews_processes.id AND NOT s.gone AND (s.state < {FirstEnd} OR s.state IN ({Failed}, {Interrupted})))
            OR group_name IS NOT NULL AND (group_name, group_number) IN (
                SELECT group_name, group_number FROM (SELECT DISTINCT group_name, group_number FROM asyncviews_processes WHERE state >= {FirstEnd} AND NOT gone AND expires <= {now} AND group_name IS NOT NULL) g
                WHERE EXISTS (SELECT 1 FROM asyncviews_processes m WHERE m.group_name = g.group_name AND m.group_number = g.group_number AND (m.state < {FirstEnd} OR NOT m.gone AND m.expires > {now})))
                AND NOT (state IN ({Failed}, {Interrupted}) AND EXISTS (SELECT 1 FROM asyncviews_edges WHERE open AND predecessor = asyncviews_processes.id)))
        """;

    /// <summary>Lets a process, which was just added, wait for others.</summary>
    public static async Task WaitAsync(Statements db, ProcessId id, IReadOnlyList<Predecessor> predecessors, IReadOnlyList<ProcessId> ofGroup)
    {
        if (predecessors.Count + ofGroup.Count == 0)
            return;

        await db.ExecuteAsync(
            $"""
            INSERT INTO asyncviews_edges (successor, predecessor, number, condition, of_group)
                SELECT $1, predecessor, number, condition, number > $4 FROM unnest($2, $3) WITH ORDINALITY AS edges (predecessor, condition, number) ON CONFLICT DO NOTHING
            """,
            Text(id.ToString()), Ids([.. predecessors.Select(predecessor => predecessor.Id), .. ofGroup]),
            Ints([.. predecessors.Select(predecessor => (int)predecessor.When), .. ofGroup.Select(_ => (int)When.Ended)]), Int(predecessors.Count));
        await db.ExecuteAsync(
            $"""
            UPDATE asyncviews_processes SET state = {Scheduled}, pending = (SELECT COUNT(*) FROM asyncviews_edges WHERE successor = $1), not_before = due, due = 'infinity'
            WHERE id = $1
            """,
            Text(id.ToString()));
    }

    /// <summary>Keeps these processes, and the live members of these groups, from starting and ending until the commit, which decides who joins and follows whom.</summary>
    /// <param name="db">The statements.</param>
    /// <param name="ids">The processes.</param>
    /// <param name="groups">The hidden references of the groups.</param>
    /// <param name="unstarted">Whether to leave members out that have started: nothing joins them.</param>
    public static Task<List<Settled>> LockAsync(Statements db, IEnumerable<ProcessId> ids, IEnumerable<string> groups, bool unstarted) =>
        db.QueryAsync(LockStatement(unstarted), Settled.Read, Ids(ids), Texts(groups));

    /// <summary>Each of the two conditions has its index. The rows are judged by both once more when they are locked.</summary>
    public static string LockStatement(bool unstarted)
    {
        var members = $"group_name = ANY($2) AND state < {FirstEnd}{(unstarted ? " AND fence = 0" : "")}";
        return
            $"""
            SELECT id, state, gone FROM asyncviews_processes
            WHERE sequence IN (SELECT sequence FROM asyncviews_processes WHERE id = ANY($1) UNION ALL SELECT sequence FROM asyncviews_processes WHERE {members})
                AND (id = ANY($1) OR {members})
            ORDER BY sequence FOR NO KEY UPDATE
            """;
    }

    /// <summary>Lets the ends of these processes know that they are followed, and keeps them from ending until the commit.</summary>
    public static Task<List<Settled>> FollowAsync(Statements db, IEnumerable<ProcessId> predecessors) => db.QueryAsync(
        """
        UPDATE asyncviews_processes p SET followed = true FROM (SELECT id FROM asyncviews_processes WHERE id = ANY($1) ORDER BY sequence FOR NO KEY UPDATE) AS locked
        WHERE p.id = locked.id RETURNING p.id, p.state, p.gone
        """,
        Settled.Read, Ids(predecessors));

    /// <summary>Lets what waits for all members of a group wait for those that have joined it, too. Returns the number of the processes that wait for more than before.</summary>
    public static Task<int> WaitForMembersAsync(Statements db, IEnumerable<ProcessId> joined, IEnumerable<ProcessId> members) => db.ExecuteAsync(
        $"""
        WITH completions AS ({Lock("id IN (SELECT successor FROM asyncviews_edges WHERE of_group AND predecessor = ANY($2))")}),
        added AS (
            INSERT INTO asyncviews_edges (successor, predecessor, number, condition, of_group)
                SELECT id, joined, 2147483647, {(int)When.Ended}, true FROM completions CROSS JOIN unnest($1) AS joined ON CONFLICT DO NOTHING
            RETURNING successor)
        UPDATE asyncviews_processes SET pending = pending + more.count, version = version + 1
        FROM (SELECT successor, COUNT(*)::integer AS count FROM added GROUP BY successor) AS more WHERE id = more.successor
        """,
        Ids(joined), Ids(members));

    /// <summary>Puts a process in the place of the one that it repeats.</summary>
    public static async Task ReplaceAsync(Statements db, ProcessId old, ProcessId by)
    {
        NpgsqlParameter[] Both() => [Text(old.ToString()), Text(by.ToString())];
        if (await FollowAsync(db, [old]) is [])
            return;

        await db.ExecuteAsync(
            $"""
            WITH locked AS ({Lock("id IN (SELECT successor FROM asyncviews_edges WHERE predecessor = $1 AND NOT open)")})
            UPDATE asyncviews_processes p SET pending = pending + 1, version = version + 1 FROM locked WHERE p.id = locked.id AND {Waiting}
            """,
            Text(old.ToString()));
        await db.ExecuteAsync($"UPDATE asyncviews_edges SET predecessor = $2, open = true WHERE predecessor = $1 AND successor IN (SELECT id FROM asyncviews_processes WHERE {Waiting})", Both());
        await db.ExecuteAsync("UPDATE asyncviews_edges SET successor = $2 WHERE successor = $1", Both());
        await db.ExecuteAsync(
            """
            UPDATE asyncviews_processes n SET followed = true, group_name = o.group_name, group_number = o.group_number, group_started = o.fence > 0 OR o.group_started
            FROM asyncviews_processes o WHERE n.id = $2 AND o.id = $1
            """,
            Both());
        await db.ExecuteAsync("UPDATE asyncviews_processes SET replaced_by = $2, group_name = NULL, group_number = NULL WHERE id = $1", Both());

        // What came to wait for the group after the old one had ended does not know it.
        if (await GroupTable.MembersBesideAsync(db, by) is { Count: > 0 } members)
            await WaitForMembersAsync(db, [by], members);
    }

    /// <summary>Lets each process whose condition this end meets wait for one process fewer.</summary>
    /// <returns>The processes that no longer wait for any.</returns>
    public static async Task<List<ProcessId>> MeetAsync(Statements db, Settled ended, DateTimeOffset now) => (await db.QueryAsync(
        $"""
        WITH met AS (UPDATE asyncviews_edges SET open = false WHERE open AND predecessor = $1 AND condition = ANY($2) RETURNING successor),
        locked AS ({Lock("id IN (SELECT successor FROM met)")})
        UPDATE asyncviews_processes p SET pending = pending - 1, version = version + 1, released = CASE pending WHEN 1 THEN $3 END,
            state = CASE WHEN pending = 1 AND (not_before <= $3 OR not_before = 'infinity') THEN {Queued} ELSE {Scheduled} END,
            due = CASE pending WHEN 1 THEN not_before ELSE due END, not_before = CASE pending WHEN 1 THEN NULL ELSE not_before END
        FROM locked WHERE p.id = locked.id AND {Waiting}
        RETURNING p.id, pending
        """,
        row => (Id: ProcessId.Parse(row.GetString(0)), Pending: row.GetInt32(1)),
        Text(ended.Id.ToString()), Ints([(int)(ended.State == ProcessState.Succeeded ? When.Succeeded : When.NotSucceeded), (int)When.Ended]), Time(now)))
        .FindAll(successor => successor.Pending == 0).ConvertAll(successor => successor.Id);

    /// <summary>Finds the processes that can never start after this end. They no longer wait for it.</summary>
    public static async Task<List<ProcessRow>> FindNeverToStartAsync(Statements db, Settled ended)
    {
        var condition = ended.State == ProcessState.Succeeded ? When.NotSucceeded : When.Succeeded;
        if (condition.IsMetBy(ended.State, ended.IsGone) is null)
            return [];

        return await db.QueryAsync(
            $"""
            WITH closed AS (UPDATE asyncviews_edges SET open = false WHERE open AND predecessor = $1 AND condition = $2 RETURNING successor)
            SELECT {ProcessColumns.Names} FROM asyncviews_processes p WHERE {Waiting} AND id IN (SELECT successor FROM closed) ORDER BY sequence FOR UPDATE
            """,
            ProcessColumns.Read, Text(ended.Id.ToString()), Int((int)condition));
    }

    /// <summary>Finds predecessors whose followers have not been told of their end: an earlier release stored the end, or the followers were added in somebody else's transaction.</summary>
    public static Task<List<Settled>> FindUnsettledAsync(Statements db) => db.QueryAsync(
        $"SELECT DISTINCT predecessor, COALESCE(state, {(int)ProcessState.Canceled})::smallint, COALESCE(gone, true) {Unsettled}", Settled.Read);

    /// <summary>Forgets the predecessors of processes that are gone.</summary>
    public static Task<int> ForgetAsync(Statements db) => db.ExecuteAsync(
        "DELETE FROM asyncviews_edges WHERE NOT EXISTS (SELECT 1 FROM asyncviews_processes WHERE id = successor AND NOT gone)");

    public static Task<List<ProcessId>> BeforeAsync(Statements db, ProcessId successor) => db.QueryAsync(
        "SELECT predecessor FROM asyncviews_edges LEFT JOIN asyncviews_processes ON id = predecessor WHERE successor = $1 ORDER BY number, sequence, predecessor", row => ProcessId.Parse(row.GetString(0)), Text(successor.ToString()));

    public static NpgsqlParameter Ids(IEnumerable<ProcessId> ids) => Texts(ids.Select(id => id.ToString()));
}

/// <summary>An end that others may wait for.</summary>
internal readonly record struct Settled(ProcessId Id, ProcessState State, bool IsGone)
{
    public static Settled Read(NpgsqlDataReader row) => new(ProcessId.Parse(row.GetString(0)), (ProcessState)row.GetInt16(1), row.GetBoolean(2));
}
