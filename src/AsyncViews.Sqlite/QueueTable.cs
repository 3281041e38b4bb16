using AsyncViews.Storage;
using Microsoft.Data.Sqlite;
using static AsyncViews.Sqlite.ProcessTable;

namespace AsyncViews.Sqlite;

/// <summary>The statements on the queue: who starts next, and at which place somebody waits.</summary>
internal static class QueueTable
{
    /// <summary>The next processes, without those that should have started by now.</summary>
    public const string AnyDueStatement = $"SELECT sequence, anonymous FROM processes WHERE state = 1 AND {OfTypes} AND NOT {IsMissed} {InOrder}";

    /// <summary>The same without those that anonymous people sent.</summary>
    public const string UsersDueStatement = $"SELECT sequence, anonymous FROM processes WHERE state = 1 AND anonymous = 0 AND {OfTypes} AND NOT {IsMissed} {InOrder}";

    /// <summary>The turn that starts next.</summary>
    public const string NextTurnStatement = "SELECT turn FROM processes WHERE state = 1 AND rank = $rank AND due = $due ORDER BY turn LIMIT 1";

    /// <summary>The last turn of a lane.</summary>
    public static readonly string LastTurnStatement =
        $"SELECT turn FROM processes WHERE ended IS NULL AND {Schema.NameOf("lane")} = {Schema.NameOf("$lane")} AND rank = $rank AND due = $due ORDER BY turn DESC LIMIT 1";

    public const string CountStatement =
        """
        SELECT COUNT(*) FROM processes
        WHERE state = 1 AND (rank, due, turn, sequence) > ($fromRank, $fromDue, $fromTurn, $fromSequence) AND (rank, due, turn, sequence) <= ($rank, $due, $turn, $sequence)
        """;

    private static readonly string TurnsStatement = $"SELECT ({NextTurnStatement}), ({LastTurnStatement})";

    private const string OfTypes = "type IN (SELECT value FROM json_each($types))";

    private const string InOrder = "ORDER BY rank, due, turn, sequence LIMIT $count";

    /// <summary>Counts the queued processes behind one of them, up to another; from the first if null.</summary>
    public static int Count(Statements db, ProcessRecord? behind, ProcessRecord last) => db.QueryFirst(
        CountStatement, row => row.GetInt32(0),
        ("$fromRank", behind is null ? int.MinValue : -behind.Terms.Priority), ("$fromDue", ProcessRow.DueOf(behind?.Terms.NotBefore)), ("$fromTurn", behind?.Turn ?? 0), ("$fromSequence", behind?.Sequence ?? 0),
        ("$rank", -last.Terms.Priority), ("$due", ProcessRow.DueOf(last.Terms.NotBefore)), ("$turn", last.Turn), ("$sequence", last.Sequence));

    /// <summary>Returns whether something waits for its start now, or a scheduled time has come.</summary>
    public static bool IsAnyDue(Statements db, IEnumerable<ProcessType> types, int anonymous, DateTimeOffset now) => db.QueryFirst(
        $"""
        SELECT EXISTS (SELECT 1 FROM processes WHERE state = {Queued} AND {(anonymous > 0 ? "" : "anonymous = 0 AND ")}{OfTypes})
            OR EXISTS (SELECT 1 FROM processes WHERE state = {Scheduled} AND due <= $now)
        """,
        row => row.GetBoolean(0), ("$types", TextsOf(types)), ("$now", now.UtcTicks));

    /// <summary>The processes to start next, without those that should have started by now, and among them at most so many of anonymous people.</summary>
    public static List<long> FindDue(Statements db, IEnumerable<ProcessType> types, int count, int anonymous, DateTimeOffset now)
    {
        if (anonymous <= 0)
            return FindDue(db, UsersDueStatement, types, count, now).ConvertAll(due => due.Sequence);

        var next = FindDue(db, AnyDueStatement, types, count, now);
        if (next.Count(due => due.IsAnonymous) <= anonymous)
            return next.ConvertAll(due => due.Sequence);

        var taken = next.Where(due => !due.IsAnonymous || anonymous-- > 0).Select(due => due.Sequence).ToList();
        taken.AddRange(FindDue(db, UsersDueStatement, types, count, now).Select(due => due.Sequence).Except(taken).Take(count - taken.Count).ToList());
        return taken;
    }

    /// <summary>The same from the table alone, for as long as the index of the queue is damaged: every row is looked at.</summary>
    public static List<long> FindDueWithoutIndex(Statements db, IEnumerable<ProcessType> types, int count, int anonymous, DateTimeOffset now) =>
        [.. FindDue(db, (anonymous > 0 ? AnyDueStatement : UsersDueStatement).Replace("FROM processes", "FROM processes NOT INDEXED", StringComparison.Ordinal), types, count, now)
            .Select(due => due.Sequence)];

    /// <summary>The turn number of a process that is about to be added, by two searches of indexes.</summary>
    public static long TurnOf(Statements db, NewProcess process) => db.QueryFirst(
        TurnsStatement, row => ProcessChanges.TurnAfter(TurnOf(row, 0), lanesLast: TurnOf(row, 1)),
        ("$rank", -process.Terms.Priority), ("$due", ProcessRow.DueOf(process.Terms.NotBefore)), ("$lane", process.Lane));

    private static List<(long Sequence, bool IsAnonymous)> FindDue(Statements db, string statement, IEnumerable<ProcessType> types, int count, DateTimeOffset now) => db.Query(
        statement, row => (row.GetInt64(0), row.GetBoolean(1)), ("$types", TextsOf(types)), ("$count", count), ("$now", now.UtcTicks));

    private static long? TurnOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
