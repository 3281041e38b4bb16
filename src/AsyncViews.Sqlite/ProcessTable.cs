using System.Text.Json;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>The statements on the table of processes. It knows no keys: secrets come and go sealed.</summary>
internal static class ProcessTable
{
    public const int Scheduled = (int)ProcessState.Scheduled;
    public const int Queued = (int)ProcessState.Queued;
    public const int Running = (int)ProcessState.Running;
    public const int Failed = (int)ProcessState.Failed;
    public const int Interrupted = (int)ProcessState.Interrupted;
    public const int Succeeded = (int)ProcessState.Succeeded;
    public const int FirstEnd = Succeeded;

    /// <summary>Processes that are Missed unless they start in time, in the words of their index.</summary>
    private const string Deadlines = "state < 2 AND fence = 0 AND start_before IS NOT NULL";

    /// <summary>Tells whether a process should have started by now.</summary>
    public const string IsMissed = "(fence = 0 AND start_before IS NOT NULL AND start_before <= $now)";

    /// <summary>The bytes that a row counts for without its submission and its result.</summary>
    private static readonly string RowAndOrigin = $"{StoreLimits.RowBytes} + COALESCE(length(sealed_origin), 0)";

    /// <summary>The time from which a process could have started, as <see cref="ProcessRecord.WaitsSince"/> has it.</summary>
    public static readonly string WaitsSince = $"CASE WHEN due = {ProcessRow.DueOf(null)} THEN MAX(created, COALESCE(released, 0)) ELSE MAX(created, COALESCE(released, 0), due) END";

    private static readonly string FindStatement = $"SELECT {ProcessColumns.Names} FROM processes WHERE id = $id";

    private static readonly string FindMissedStatement = $"SELECT {ProcessColumns.Names} FROM processes WHERE {Deadlines} AND start_before <= $now LIMIT $count";

    public static readonly string HolderStatement = $"SELECT {ProcessColumns.Names} FROM processes WHERE submission_key = $key";

    private static readonly string ClaimStatement =
        $"""
        UPDATE processes SET state = {Running}, fence = fence + 1, started = $now, heartbeat = $now, starts = COALESCE(starts, '') || (fence + 1) || ' ' || $now || ' ' || $node || char(10),
            sealed_status = NULL, version = version + 1
        WHERE sequence = $sequence AND state = {Queued} AND type IN (SELECT value FROM json_each($types)) AND NOT {IsMissed}
        RETURNING {ClaimedRow.Names}
        """;

    public static ProcessRow? Find(Statements db, ProcessId id) => db.QueryFirst(FindStatement, ProcessColumns.Read, ("$id", id.ToString()));

    /// <summary>Null if it is unknown, or cannot be read.</summary>
    public static ProcessRow? TryFind(Statements db, ProcessId id) => db.QueryReadable(FindStatement, ProcessColumns.Read, ("$id", id.ToString())).FirstOrDefault();

    /// <summary>Processes that have not started, in the words of their index: a condition that only means the same does not use it.</summary>
    public static readonly string IdentityStatement = $"SELECT id FROM processes WHERE identity = $identity AND state < {Running}";

    public static List<ProcessId> FindIdentity(Statements db, byte[] identity) => db.Query(IdentityStatement, ReadId, ("$identity", identity));

    /// <summary>Processes that should have started by now.</summary>
    public static List<ProcessRow> FindMissed(Statements db, DateTimeOffset now, int count) =>
        db.QueryReadable(FindMissedStatement, ProcessColumns.Read, ("$now", now.UtcTicks), ("$count", count));

    public static int QueueDue(Statements db, DateTimeOffset now, int count) => db.Execute(
        $"""
        UPDATE processes SET state = {Queued}, version = version + 1
        WHERE sequence IN (SELECT sequence FROM processes WHERE state = {Scheduled} AND due <= $now ORDER BY due LIMIT $count) AND state = {Scheduled}
        """,
        ("$now", now.UtcTicks), ("$count", count));

    /// <summary>Queues a process that waits for a later time. Returns false and changes nothing if it does not wait for one.</summary>
    public static bool QueueNow(Statements db, ProcessId id, DateTimeOffset now) => db.Execute(
        $"UPDATE processes SET state = {Queued}, due = $now, version = version + 1 WHERE id = $id AND state = {Scheduled} AND pending = 0", ("$id", id.ToString()), ("$now", now.UtcTicks)) == 1;

    /// <summary>The next time for which something waits; null if nothing does.</summary>
    public static DateTimeOffset? NextTime(Statements db) => db.QueryFirst(
        $"""
        SELECT MIN(at) FROM (
            SELECT MIN(due) AS at FROM processes WHERE state = {Scheduled}
            UNION ALL SELECT MIN(start_before) FROM processes WHERE {Deadlines})
        """,
        row => ProcessRow.TimeOf(row, 0) is { } time && time.UtcTicks != ProcessRow.DueOf(null) ? (DateTimeOffset?)time : null);

    /// <summary>The next time for which something is scheduled; null if nothing is.</summary>
    public static DateTimeOffset? NextDue(Statements db) => db.QueryFirst(
        $"SELECT MIN(due) FROM processes WHERE state = {Scheduled} AND pending = 0", row => ProcessRow.TimeOf(row, 0));

    /// <summary>The process that has this submission key, even if it no longer stands for the submission.</summary>
    public static ProcessRecord? FindHolder(Statements db, string submissionKey) => db.QueryFirst(HolderStatement, ProcessColumns.Read, ("$key", submissionKey))?.Record;

    public static void DropSubmissionKey(Statements db, ProcessId id) => db.Execute("UPDATE processes SET submission_key = NULL WHERE id = $id", ("$id", id.ToString()));

    /// <summary>Claims a row by its place in the table, whatever an index says of it. Returns null if it is not queued, of another type, or should have started by now.</summary>
    /// <exception cref="DamagedContentException">It cannot be read.</exception>
    public static ClaimedRow? Claim(Statements db, long sequence, IEnumerable<ProcessType> types, string node, DateTimeOffset now) =>
        db.QueryFirst(ClaimStatement, ClaimedRow.Read, ("$sequence", sequence), ("$types", TextsOf(types)), ("$node", node), ("$now", now.UtcTicks));

    /// <summary>Proves that these runs are alive, and returns those that are the current ones of their processes.</summary>
    public static List<(ProcessId Id, bool CancelRequested)> Heartbeat(Statements db, IEnumerable<FencedRun> alive, DateTimeOffset now) => db.Query(
        $"""
        UPDATE processes SET heartbeat = $now
        FROM (SELECT value ->> 0 AS run_id, value ->> 1 AS run_fence FROM json_each($runs))
        WHERE id = run_id AND fence = run_fence AND state = {Running}
        RETURNING id, cancel_requested
        """,
        row => (ReadId(row), row.GetBoolean(1)), ("$runs", JsonSerializer.Serialize(alive.Select(run => new object[] { run.Id.ToString(), run.Fence }))), ("$now", now.UtcTicks));

    public static bool Report(Statements db, ProcessId id, int fence, byte[] status, long version) => db.Execute(
        $"UPDATE processes SET sealed_status = $status, version = $version WHERE id = $id AND state = {Running} AND fence = $fence AND version < $version",
        ("$id", id.ToString()), ("$fence", fence), ("$status", status), ("$version", version)) == 1;

    /// <summary>Notes that an attempt has failed, and lets the process wait for the next, behind others. Returns false and changes nothing if the fence is not the current one.</summary>
    public static bool Retry(Statements db, ProcessId id, int fence, DateTimeOffset due, long version, byte[] status, byte[] failures, DateTimeOffset now) => db.Execute(
        $"""
        UPDATE processes SET state = {Scheduled}, rank = MIN(rank + 1, 0), due = $due, failed = failed + 1, last_failed = $now, version = MAX(version + 1, $version), sealed_status = $status,
            sealed_failures = $failures, started = NULL, heartbeat = NULL
        WHERE id = $id AND state = {Running} AND fence = $fence
        """,
        ("$id", id.ToString()), ("$fence", fence), ("$due", due.UtcTicks), ("$version", version), ("$status", status), ("$failures", failures), ("$now", now.UtcTicks)) == 1;

    /// <summary>Ends a process that is in the given state and at the given fence.</summary>
    /// <returns>Whether it is removed now, and whether anything waits for it. Null if it is not in that state, and nothing is changed.</returns>
    public static (bool IsRemoved, bool IsFollowed)? End(Statements db, ProcessId id, ProcessState from, int fence, SealedEnd end, DateTimeOffset now, DateTimeOffset expires)
    {
        var (forgotten, submission) = end.State.KeepsSubmission()
            ? ("", "COALESCE(length(sealed_submission) + body_length, 0)") : (", sealed_submission = NULL, body_file = NULL, sealed_body = NULL", "0");
        return db.QueryFirst(
            $"""
            UPDATE processes SET state = $to, pending = 0, bytes = {RowAndOrigin} + {submission} + $kept, version = MAX(version + 1, $version), sealed_status = COALESCE($status, sealed_status), sealed_run_secrets = NULL,
                ended = $now, expires = $expires, last_failed = CASE $to WHEN {Failed} THEN $now ELSE last_failed END,
                sealed_response = $response, result_length = $length, result_file = $file, sealed_result = $result{forgotten}
            WHERE id = $id AND state = $from AND fence = $fence
            RETURNING removed_at_end, {SuccessionTable.HasFollowers}
            """,
            row => ((bool, bool)?)(row.GetBoolean(0), row.GetBoolean(1)),
            ("$id", id.ToString()), ("$from", (int)from), ("$fence", fence), ("$to", (int)end.State), ("$version", end.Version), ("$status", end.Status),
            ("$now", now.UtcTicks), ("$expires", expires.UtcTicks),
            ("$kept", end.Result is { } result ? result.Response.Length + result.Body.Length : 0), ("$response", end.Result?.Response), ("$length", end.Result?.Body.Length), ("$file", end.Result?.Body.Name), ("$result", end.Result?.Body.Sealed));
    }

    /// <summary>Drops everything that was sealed with the key of the old salt.</summary>
    public static void GiveUp(Statements db, ProcessId id, byte[] newSalt) => db.Execute(
        $"UPDATE processes SET bytes = {StoreLimits.RowBytes}, key_salt = $salt, metadata = NULL, sealed_status = NULL, sealed_origin = NULL, sealed_failures = NULL, sealed_submission = NULL, sealed_run_secrets = NULL, body_file = NULL, sealed_body = NULL WHERE id = $id",
        ("$id", id.ToString()), ("$salt", newSalt));

    /// <summary>Ends a row that cannot be read, and drops everything that was sealed in it.</summary>
    public static void EndUnreadable(Statements db, long sequence, DateTimeOffset now, DateTimeOffset expires) => db.Execute(
        $"""
        UPDATE processes SET state = {Failed}, pending = 0, version = version + 1, ended = $now, expires = $expires, last_failed = $now, submission_key = NULL, identity = NULL, metadata = NULL, start_before = NULL,
            key_salt = NULL, sealed_status = NULL, sealed_origin = NULL, sealed_failures = NULL, sealed_submission = NULL, sealed_run_secrets = NULL, body_file = NULL, sealed_body = NULL
        WHERE sequence = $sequence AND state < {FirstEnd}
        """,
        ("$sequence", sequence), ("$now", now.UtcTicks), ("$expires", expires.UtcTicks));

    public static void MarkCancelRequested(Statements db, ProcessId id) => db.Execute(
        "UPDATE processes SET cancel_requested = 1, version = version + 1 WHERE id = $id AND cancel_requested = 0", ("$id", id.ToString()));

    /// <summary>Asks a run to stop, and has its process forgotten then.</summary>
    public static void RemoveAtEnd(Statements db, ProcessId id)
    {
        MarkCancelRequested(db, id);
        db.Execute("UPDATE processes SET removed_at_end = 1 WHERE id = $id", ("$id", id.ToString()));
    }

    /// <summary>Runs whose node died, each with its fence and whether it may start again.</summary>
    public static List<(ProcessId Id, int Fence, bool MayStartAgain)> FindLost(Statements db, DateTimeOffset before) => db.Query(
        $"SELECT id, fence, fence - failed < max_starts AND cancel_requested = 0 FROM processes WHERE state = {Running} AND heartbeat <= $before",
        row => (ReadId(row), row.GetInt32(1), row.GetBoolean(2)), ("$before", before.UtcTicks));

    public static void QueueAgain(Statements db, ProcessId id) => db.Execute(
        $"UPDATE processes SET state = {Queued}, version = version + 1, started = NULL, heartbeat = NULL WHERE id = $id AND state = {Running}",
        ("$id", id.ToString()));

    /// <summary>Queues a claimed process as if it had not been claimed.</summary>
    public static void GiveBack(Statements db, ProcessId id) => db.Execute(
        $"""
        UPDATE processes SET state = {Queued}, fence = fence - 1, version = version + 1, started = NULL, heartbeat = NULL,
            starts = NULLIF(substr(starts, 1, instr(starts, fence || ' ' || started || ' ') - 1), '')
        WHERE id = $id AND state = {Running}
        """,
        ("$id", id.ToString()));

    /// <summary>Keeps a repeated submission with its process, which has succeeded. Returns false and changes nothing if the process has not, or keeps it already.</summary>
    public static bool KeepSubmission(Statements db, ProcessId id, SealedSubmission submission) => db.Execute(
        $"""
        UPDATE processes SET bytes = bytes + $more, sealed_submission = $submission, body_length = $length, body_file = $file, sealed_body = $body
        WHERE id = $id AND state = {Succeeded} AND gone = 0 AND sealed_submission IS NULL
        """,
        ("$id", id.ToString()), ("$more", submission.Submission.Length + submission.Body.Length), ("$submission", submission.Submission), ("$length", submission.Body.Length), ("$file", submission.Body.Name), ("$body", submission.Body.Sealed)) == 1;

    /// <summary>The kept submission of an ended process, and what its key depends on.</summary>
    public static (byte[] KeySalt, string Owner, SealedSubmission Submission)? FindSubmission(Statements db, ProcessId id) => db.QueryFirst(
        $"SELECT key_salt, sealed_submission, body_length, body_file, sealed_body, owner FROM processes WHERE id = $id AND state >= {FirstEnd} AND sealed_submission IS NOT NULL",
        row => ((byte[], string, SealedSubmission)?)(ProcessRow.BytesOf(row, 0) ?? [], row.GetString(5), new SealedSubmission(row.GetFieldValue<byte[]>(1), null, ReadContent(row))),
        ("$id", id.ToString()));

    /// <summary>The captured response of a process, and what its key depends on.</summary>
    public static (byte[] KeySalt, string Owner, SealedResult Result)? FindResult(Statements db, ProcessId id) => db.QueryFirst(
        "SELECT key_salt, sealed_response, result_length, result_file, sealed_result, owner FROM processes WHERE id = $id AND sealed_response IS NOT NULL",
        row => ((byte[], string, SealedResult)?)(ProcessRow.BytesOf(row, 0) ?? [], row.GetString(5), new SealedResult(row.GetFieldValue<byte[]>(1), ReadContent(row))),
        ("$id", id.ToString()));

    public static bool MarkServed(Statements db, ProcessId id) => db.Execute(
        "UPDATE processes SET served = 1 WHERE id = $id AND served = 0 AND sealed_response IS NOT NULL", ("$id", id.ToString())) == 1;

    /// <summary>Counts the waiting submissions: the queued ones in their index, and those that wait for a time.</summary>
    public static StoreLoad CountLoad(Statements db) => db.QueryFirst(
        $"""
        SELECT COUNT(*), COALESCE(SUM(body_length), 0) FROM (
            SELECT body_length FROM processes INDEXED BY queued WHERE state = {Queued} AND limited = 1
            UNION ALL SELECT body_length FROM processes WHERE state = {Scheduled} AND limited = 1)
        """,
        row => new StoreLoad(row.GetInt32(0), row.GetInt64(1), 0));

    public static List<ProcessId> FindUnknown(Statements db, IEnumerable<ProcessType> types, DateTimeOffset queuedBefore) => db.Query(
        $"SELECT id FROM processes WHERE state = {Queued} AND {WaitsSince} <= $before AND type NOT IN (SELECT value FROM json_each($types))",
        ReadId, ("$before", queuedBefore.UtcTicks), ("$types", TextsOf(types)));

    public static string TextsOf(IEnumerable<ProcessType> types) => JsonSerializer.Serialize(types.Select(type => type.ToString()));

    public static ProcessId ReadId(SqliteDataReader row) => ProcessId.Parse(row.GetString(0));

    private static SealedContent ReadContent(SqliteDataReader row) =>
        new(row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3), ProcessRow.BytesOf(row, 4) ?? []);
}
