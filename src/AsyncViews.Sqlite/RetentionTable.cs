using System.Text.Json;
using AsyncViews.Storage;
using static AsyncViews.Sqlite.ProcessTable;

namespace AsyncViews.Sqlite;

/// <summary>The statements on what has ended: when it expires, and what is left of it then.</summary>
internal static class RetentionTable
{
    /// <summary>An ended process whose submission key no longer stands for its submission, as <see cref="ProcessRecord.StandsForSubmission"/> has it. Those of interrupted forms stand until they are gone.</summary>
    private static readonly string HasSpentKey =
        $"""
        submission_key IS NOT NULL AND state >= {FirstEnd} AND (idempotency_key = 1 OR state <> {Interrupted})
            AND ended <= CASE WHEN idempotency_key = 1 THEN $idempotent WHEN state = {Succeeded} THEN $sent ELSE $now END
        """;

    public static readonly string ExpiredStatement =
        $"""
        SELECT id, COALESCE(length(sealed_submission), 0) + COALESCE(length(sealed_body), 0) + COALESCE(length(sealed_response), 0) + COALESCE(length(sealed_result), 0)
        FROM processes WHERE state >= {FirstEnd} AND gone = 0 AND expires <= $now AND NOT {SuccessionTable.IsHeld} LIMIT $count
        """;

    public static readonly string OldTombstonesStatement = $"SELECT sequence FROM processes WHERE state >= {FirstEnd} AND gone = 1 AND expires <= $before LIMIT $count";

    public static readonly string SpentKeysStatement = $"SELECT sequence FROM processes INDEXED BY submission_keys WHERE {HasSpentKey}";

    /// <summary>The processes with spent submission keys. It looks at every key that is stored, which are few, since spent ones are dropped.</summary>
    public static List<long> FindSpentKeys(Statements db, DateTimeOffset now) => [.. db.Query(SpentKeysStatement, row => row.GetInt64(0), SpentBy(now)).Order()];

    public static int DropSpentKeys(Statements db, IEnumerable<long> sequences, DateTimeOffset now) => db.Execute(
        $"UPDATE processes SET submission_key = NULL WHERE sequence IN (SELECT value FROM json_each($sequences)) AND {HasSpentKey}",
        [("$sequences", JsonSerializer.Serialize(sequences)), .. SpentBy(now)]);

    /// <summary>Processes that have expired, each with the bytes of its content in the row. What is deleted of that is overwritten first.</summary>
    public static List<(ProcessId Id, long Bytes)> FindExpired(Statements db, DateTimeOffset now, int count) => db.Query(
        ExpiredStatement, row => (ReadId(row), row.GetInt64(1)), ("$now", now.UtcTicks), ("$count", count));

    /// <summary>Leaves the tombstone of an ended process: owner, state and times.</summary>
    public static bool Bury(Statements db, ProcessId id, DateTimeOffset? discarded = null) => db.Execute(
        $"""
        UPDATE processes SET gone = 1, bytes = {StoreLimits.RowBytes}, discarded = $discarded IS NOT NULL, expires = COALESCE($discarded, expires), version = version + 1, last_failed = NULL, submission_key = NULL, identity = NULL, metadata = NULL, starts = NULL, key_salt = NULL, sealed_status = NULL, sealed_origin = NULL,
            sealed_failures = NULL, sealed_submission = NULL,
            body_file = NULL, sealed_body = NULL, sealed_response = NULL, result_file = NULL, sealed_result = NULL
        WHERE id = $id
        """,
        ("$id", id.ToString()), ("$discarded", discarded?.UtcTicks)) == 1;

    public static int RemoveTombstones(Statements db, DateTimeOffset expiredBefore, int count) => db.Execute(
        $"DELETE FROM processes WHERE sequence IN ({OldTombstonesStatement})", ("$before", expiredBefore.UtcTicks), ("$count", count));

    public static void Remove(Statements db, ProcessId id) => db.Execute("DELETE FROM processes WHERE id = $id", ("$id", id.ToString()));

    public static List<string> FilesOf(Statements db, ProcessId id) => Files(db, "WHERE id = $id AND (body_file IS NOT NULL OR result_file IS NOT NULL)", ("$id", id.ToString()));

    public static List<string> AllFiles(Statements db) => Files(db, "WHERE body_file IS NOT NULL OR result_file IS NOT NULL");

    private static (string, object?)[] SpentBy(DateTimeOffset now) =>
        [("$idempotent", (now - ProcessRecord.IdempotencyKeyRetention).UtcTicks), ("$sent", (now - ProcessRecord.FormKeyRetention).UtcTicks), ("$now", now.UtcTicks)];

    private static List<string> Files(Statements db, string where, params ReadOnlySpan<(string, object?)> parameters) =>
        [.. db.Query($"SELECT body_file, result_file FROM processes {where}", row => (Body: row[0] as string, Result: row[1] as string), parameters)
            .SelectMany(files => new[] { files.Body, files.Result }).OfType<string>()];
}
