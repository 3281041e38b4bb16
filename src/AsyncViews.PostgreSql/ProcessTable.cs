using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

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

    /// <summary>The bytes that a row counts for without its submission and its result.</summary>
    private static readonly string RowAndOrigin = $"{StoreLimits.RowBytes} + COALESCE(octet_length(sealed_origin), 0)";

    /// <summary>Processes that are Missed unless they start in time, in the words of their index.</summary>
    public const string Deadlines = "state < 2 AND fence = 0 AND start_before IS NOT NULL";

    /// <summary>The time from which a process could have started, as <see cref="ProcessRecord.WaitsSince"/> has it.</summary>
    public const string WaitsSince = "GREATEST(created, released, CASE WHEN due = 'infinity' THEN created ELSE due END)";

    public static Task<ProcessRow?> FindAsync(Statements db, ProcessId id, bool forUpdate = false) =>
        db.QueryFirstAsync($"SELECT {ProcessColumns.Names} FROM asyncviews_processes p WHERE id = $1{(forUpdate ? " FOR UPDATE" : "")}", ProcessColumns.Read, Text(id.ToString()));

    /// <summary>Finds the process that has this submission key, even if it no longer stands for the submission.</summary>
    public static async Task<ProcessRecord?> FindHolderAsync(Statements db, string submissionKey) =>
        (await db.QueryFirstAsync($"SELECT {ProcessColumns.Names} FROM asyncviews_processes p WHERE submission_key = $1", ProcessColumns.Read, Text(submissionKey)))?.Record;

    public static Task<int> DropSubmissionKeyAsync(Statements db, ProcessId id, string submissionKey) =>
        db.ExecuteAsync("UPDATE asyncviews_processes SET submission_key = NULL WHERE id = $1 AND submission_key = $2", Text(id.ToString()), Text(submissionKey));

    /// <summary>
    /// Ended processes that no longer stand for their submission, as <see cref="ProcessRecord.StandsForSubmission"/> has it, and still
    /// have its key. Those of interrupted forms stand until they are gone.
    /// </summary>
    public static string SpentKeys(string now, string lastOfKeys, string lastOfForms) =>
        $"""
        submission_key IS NOT NULL AND state >= {FirstEnd} AND (idempotency_key OR state <> {Interrupted})
            AND ended <= CASE WHEN idempotency_key THEN {lastOfKeys} WHEN state = {Succeeded} THEN {lastOfForms} ELSE {now} END
        """;

    /// <summary>The latest ends of processes that do not stand for their <c>Idempotency-Key</c> any more, and for their form.</summary>
    public static NpgsqlParameter[] KeyRetentions(DateTimeOffset now) => [Time(now - ProcessRecord.IdempotencyKeyRetention), Time(now - ProcessRecord.FormKeyRetention)];

    public static Task<int> DropSpentKeysAsync(Statements db, DateTimeOffset now) =>
        db.ExecuteAsync($"UPDATE asyncviews_processes SET submission_key = NULL WHERE {SpentKeys("$1", "$2", "$3")}", [Time(now), .. KeyRetentions(now)]);

    public static async Task<bool> ReportAsync(Statements db, ProcessId id, int fence, byte[] status, long version) => await db.ExecuteAsync(
        $"UPDATE asyncviews_processes SET sealed_status = $3, version = $4 WHERE id = $1 AND state = {Running} AND fence = $2 AND version < $4",
        Text(id.ToString()), Int(fence), Bytes(status), Long(version)) == 1;

    /// <summary>Notes that an attempt has failed, and lets the process wait for the next, behind others.</summary>
    public static Task<int> RetryAsync(Statements db, ProcessId id, DateTimeOffset due, long version, byte[] status, byte[] failures, DateTimeOffset now) => db.ExecuteAsync(
        $"""
        UPDATE asyncviews_processes SET state = {Scheduled}, rank = LEAST(rank + 1, 0), due = $2, failed = failed + 1, last_failed = $6, version = GREATEST(version + 1, $3),
            sealed_status = $4, sealed_failures = $5, node = NULL, started = NULL, heartbeat = NULL
        WHERE id = $1
        """,
        Text(id.ToString()), Time(due), Long(version), Bytes(status), Bytes(failures), Time(now));

    /// <summary>
    /// Ends processes that are in the given states and at the given fences. Tells of each whether it is to be forgotten now, and
    /// whether it is followed. Null stands for one that is in another state, and is left unchanged.
    /// </summary>
    /// <param name="db">The statements.</param>
    /// <param name="endings">The ends.</param>
    /// <param name="leavesFollowed">Whether to leave those that are followed as they are, since their end takes more than one statement.</param>
    /// <param name="now">The time of the end.</param>
    /// <param name="expires">The time at which they expire.</param>
    public static Task<List<(bool IsRemoved, bool IsFollowed)?>> EndAsync(Statements db, IEnumerable<Ending> endings, bool leavesFollowed, DateTimeOffset now, DateTimeOffset expires) =>
        db.QueryEachAsync(endings.Select(ending => EndOf(ending, leavesFollowed, now, expires)), row => ((bool, bool)?)(row.GetBoolean(0), row.GetBoolean(1)));

    private static Statement EndOf(Ending ending, bool leavesFollowed, DateTimeOffset now, DateTimeOffset expires) => new(
        $"""
        UPDATE asyncviews_processes SET state = $4, pending = 0, bytes = {RowAndOrigin} + {(ending.End.State.KeepsSubmission() ? "COALESCE(octet_length(sealed_submission) + body_length, 0)" : "0")} + $13, version = GREATEST(version + 1, $5), sealed_status = COALESCE($6, sealed_status), sealed_run_secrets = NULL,
            ended = $7, expires = CASE WHEN removed_at_end THEN $7 ELSE $8 END, last_failed = CASE $4 WHEN {Failed} THEN $7 ELSE last_failed END,
            sealed_response = $9, result_length = $10, result_content = $11, sealed_result = $12{(ending.End.State.KeepsSubmission() ? "" : ", sealed_submission = NULL, body_content = NULL, sealed_body = NULL")}
        WHERE id = $1 AND state = $2 AND fence = $3{(leavesFollowed ? " AND NOT followed" : "")}
        RETURNING removed_at_end, followed
        """,
        Text(ending.Id.ToString()), Int((int)ending.From), Int(ending.Fence), Int((int)ending.End.State), Long(ending.End.Version), Bytes(ending.End.Status), Time(now), Time(expires),
        Bytes(ending.End.Result?.Response), Long(ending.End.Result?.Body.Length), Uuid(ContentOf(ending.End.Result?.Body)), Bytes(ending.End.Result?.Body.Sealed),
        Long(ending.End.Result is { } result ? result.Response.Length + result.Body.Length : 0));

    /// <summary>Drops everything that was sealed with the key of the old salt.</summary>
    public static Task<int> GiveUpAsync(Statements db, ProcessId id, byte[] newSalt) => db.ExecuteAsync(
        $"""
        UPDATE asyncviews_processes SET bytes = {StoreLimits.RowBytes}, key_salt = $2, metadata = NULL, sealed_status = NULL, sealed_origin = NULL, sealed_failures = NULL, sealed_submission = NULL, sealed_run_secrets = NULL,
            body_content = NULL, sealed_body = NULL
        WHERE id = $1
        """,
        Text(id.ToString()), Bytes(newSalt));

    public static Task<int> MarkCancelRequestedAsync(Statements db, ProcessId id) =>
        db.ExecuteAsync("UPDATE asyncviews_processes SET cancel_requested = true, version = version + 1 WHERE id = $1 AND NOT cancel_requested", Text(id.ToString()));

    /// <summary>Asks a run to stop, and has its process forgotten then.</summary>
    public static Task<int> RemoveAtEndAsync(Statements db, ProcessId id) => db.ExecuteAsync(
        "UPDATE asyncviews_processes SET removed_at_end = true, cancel_requested = true, version = version + CASE WHEN cancel_requested THEN 0 ELSE 1 END WHERE id = $1 AND NOT removed_at_end", Text(id.ToString()));

    public static Task<List<ProcessId>> LockIdentityAsync(Statements db, byte[] identity) => db.QueryAsync(
        $"SELECT id FROM asyncviews_processes WHERE identity = $1 AND state < {Running} ORDER BY sequence FOR UPDATE", row => ProcessId.Parse(row.GetString(0)), Bytes(identity));

    /// <summary>Finds processes that should have started by now.</summary>
    public static Task<List<ProcessRow>> FindMissedAsync(Statements db, DateTimeOffset now, int count) => db.QueryAsync(
        $"SELECT {ProcessColumns.Names} FROM asyncviews_processes p WHERE {Deadlines} AND start_before <= $1 ORDER BY start_before, sequence LIMIT $2 FOR UPDATE SKIP LOCKED", ProcessColumns.Read, Time(now), Int(count));

    public static Task<int> QueueDueAsync(Statements db, DateTimeOffset now, int count) => db.ExecuteAsync(
        $"""
        UPDATE asyncviews_processes SET state = {Queued}, version = version + 1
        WHERE sequence IN (SELECT sequence FROM asyncviews_processes WHERE state = {Scheduled} AND due <= $1 ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED)
        """,
        Time(now), Int(count));

    /// <summary>Queues a process that waits for a later time. Returns false and changes nothing if it does not wait for one.</summary>
    public static async Task<bool> QueueNowAsync(Statements db, ProcessId id, DateTimeOffset now) => await db.ExecuteAsync(
        $"UPDATE asyncviews_processes SET state = {Queued}, due = $2, version = version + 1 WHERE id = $1 AND state = {Scheduled} AND pending = 0", Text(id.ToString()), Time(now)) == 1;

    /// <summary>The next time for which something waits; null if nothing does.</summary>
    public static Task<DateTimeOffset?> NextTimeAsync(Statements db) => db.QueryFirstAsync(
        $"""
        SELECT LEAST(
            (SELECT NULLIF(MIN(due), 'infinity') FROM asyncviews_processes WHERE state = {Scheduled}),
            (SELECT MIN(start_before) FROM asyncviews_processes WHERE {Deadlines}))
        """,
        row => ProcessRow.TimeOf(row, 0));

    /// <summary>Finds the runs of nodes that have been silent for too long, or that are known to be dead, each with whether it may start again.</summary>
    public static Task<List<(ProcessRow Row, bool MayStartAgain)>> FindLostAsync(Statements db, DateTimeOffset silentSince, IEnumerable<string> dead, IEnumerable<string> alive) => db.QueryAsync(
        $"""
        SELECT {ProcessColumns.Names}, p.fence - p.failed < p.max_starts AND NOT p.cancel_requested FROM asyncviews_processes p
        WHERE state = {Running} AND (heartbeat <= $1 OR node = ANY($2)) AND id <> ALL($3)
        FOR UPDATE SKIP LOCKED
        """,
        row => (ProcessColumns.Read(row), row.GetBoolean(ProcessColumns.Count)), Time(silentSince), Texts(dead), Texts(alive));

    /// <summary>Finds the runs of a node that began at these times.</summary>
    public static Task<List<ProcessRow>> FindStartedAsync(Statements db, string node, IEnumerable<DateTimeOffset> starts) => db.QueryAsync(
        $"SELECT {ProcessColumns.Names} FROM asyncviews_processes p WHERE state = {Running} AND node = $1 AND started = ANY($2) FOR UPDATE SKIP LOCKED",
        ProcessColumns.Read, Text(node), Times(starts.Select(start => (DateTimeOffset?)start)));

    /// <summary>Queues a process whose run has not begun, as if it had not been claimed.</summary>
    public static Task<int> TakeBackAsync(Statements db, ProcessId id) => db.ExecuteAsync(
        $"""
        UPDATE asyncviews_processes SET state = {Queued}, fence = fence - 1, version = version + 1, node = NULL, started = NULL, heartbeat = NULL,
            starts = NULLIF(regexp_replace(starts, '[^\n]+\n$', ''), '')
        WHERE id = $1
        """,
        Text(id.ToString()));

    public static Task<int> QueueAgainAsync(Statements db, ProcessId id) => db.ExecuteAsync(
        $"UPDATE asyncviews_processes SET state = {Queued}, version = version + 1, node = NULL, started = NULL, heartbeat = NULL WHERE id = $1", Text(id.ToString()));

    /// <summary>Finds processes that have waited for too long, and whose type is neither one of these nor known to any node.</summary>
    public static Task<List<ProcessRow>> FindUnknownAsync(Statements db, IEnumerable<ProcessType> types, DateTimeOffset queuedBefore) => db.QueryAsync(
        $"""
        SELECT {ProcessColumns.Names} FROM asyncviews_processes p
        WHERE state = {Queued} AND {WaitsSince} <= $1 AND type <> ALL($2) AND NOT EXISTS (SELECT 1 FROM asyncviews_nodes n WHERE p.type = ANY(n.types))
        FOR UPDATE SKIP LOCKED
        """,
        ProcessColumns.Read, Time(queuedBefore), Types(types));

    /// <summary>Keeps a repeated submission with its process, which has succeeded. Returns false and changes nothing if the process has not, or keeps it already.</summary>
    public static async Task<bool> KeepSubmissionAsync(Statements db, ProcessId id, SealedSubmission submission) => await db.ExecuteAsync(
        $"""
        UPDATE asyncviews_processes SET bytes = bytes + octet_length($2) + $3, sealed_submission = $2, body_length = $3, body_content = $4, sealed_body = $5
        WHERE id = $1 AND state = {Succeeded} AND NOT gone AND sealed_submission IS NULL
        """,
        Text(id.ToString()), Bytes(submission.Submission), Long(submission.Body.Length), Uuid(ContentOf(submission.Body)), Bytes(submission.Body.Sealed)) == 1;

    /// <summary>Finds the kept submission of an ended process, and what its key depends on.</summary>
    public static Task<(byte[] KeySalt, string Owner, SealedSubmission Submission)?> FindSubmissionAsync(Statements db, ProcessId id) => db.QueryFirstAsync(
        $"SELECT key_salt, sealed_submission, body_length, body_content, sealed_body, owner FROM asyncviews_processes WHERE id = $1 AND state >= {FirstEnd} AND sealed_submission IS NOT NULL",
        row => ((byte[], string, SealedSubmission)?)(ProcessRow.BytesOf(row, 0) ?? [], row.GetString(5), new SealedSubmission(row.GetFieldValue<byte[]>(1), null, ProcessRow.ReadContent(row, 2))),
        Text(id.ToString()));

    /// <summary>Finds the captured response of a process, and what its key depends on.</summary>
    public static Task<(byte[] KeySalt, string Owner, SealedResult Result)?> FindResultAsync(Statements db, ProcessId id) => db.QueryFirstAsync(
        "SELECT key_salt, sealed_response, result_length, result_content, sealed_result, owner FROM asyncviews_processes WHERE id = $1 AND sealed_response IS NOT NULL",
        row => ((byte[], string, SealedResult)?)(ProcessRow.BytesOf(row, 0) ?? [], row.GetString(5), new SealedResult(row.GetFieldValue<byte[]>(1), ProcessRow.ReadContent(row, 2))),
        Text(id.ToString()));

    public static async Task<bool> MarkServedAsync(Statements db, ProcessId id) =>
        await db.ExecuteAsync("UPDATE asyncviews_processes SET served = true WHERE id = $1 AND NOT served AND sealed_response IS NOT NULL", Text(id.ToString())) == 1;

    public static string Expired(string now) => $"state >= {FirstEnd} AND NOT gone AND expires <= {now} AND NOT {SuccessionTable.IsHeld(now)}";

    public static Task<List<ProcessId>> FindExpiredAsync(Statements db, DateTimeOffset now, int count) => db.QueryAsync(
        $"SELECT id FROM asyncviews_processes WHERE {Expired("$1")} LIMIT $2 FOR UPDATE SKIP LOCKED",
        row => ProcessId.Parse(row.GetString(0)), Time(now), Int(count));

    /// <summary>Leaves the tombstone of an ended process: owner, state and times. Tells whether it is followed.</summary>
    public static Task<bool> BuryAsync(Statements db, ProcessId id, DateTimeOffset? discarded = null) => db.QueryFirstAsync(
        $"""
        UPDATE asyncviews_processes SET gone = true, bytes = {StoreLimits.RowBytes}, discarded = $2 IS NOT NULL, expires = COALESCE($2, expires), version = version + 1, last_failed = NULL, submission_key = NULL, identity = NULL, metadata = NULL, starts = NULL,
            key_salt = NULL, sealed_status = NULL, sealed_origin = NULL, sealed_failures = NULL, sealed_submission = NULL,
            body_content = NULL, sealed_body = NULL, sealed_response = NULL, result_content = NULL, sealed_result = NULL
        WHERE id = $1
        RETURNING followed
        """,
        row => row.GetBoolean(0), Text(id.ToString()), Time(discarded));

    public static string OldTombstones(string expiredBefore) => $"state >= {FirstEnd} AND gone AND expires <= {expiredBefore}";

    public static Task<int> RemoveTombstonesAsync(Statements db, DateTimeOffset expiredBefore, int count) => db.ExecuteAsync(
        $"""
        DELETE FROM asyncviews_processes WHERE sequence IN (
            SELECT sequence FROM asyncviews_processes WHERE {OldTombstones("$1")} LIMIT $2 FOR UPDATE SKIP LOCKED)
        """,
        Time(expiredBefore), Int(count));

    /// <summary>Leaves nothing of it. Tells whether it was followed.</summary>
    public static Task<bool> RemoveAsync(Statements db, ProcessId id) =>
        db.QueryFirstAsync("DELETE FROM asyncviews_processes WHERE id = $1 RETURNING followed", row => row.GetBoolean(0), Text(id.ToString()));

    public static Task<List<Settled>> FindStatesAsync(Statements db, IEnumerable<ProcessId> ids) =>
        db.QueryAsync("SELECT id, state, gone FROM asyncviews_processes WHERE id = ANY($1)", Settled.Read, SuccessionTable.Ids(ids));

    public static Task<StoreLoad> CountLoadAsync(Statements db) => db.QueryFirstAsync(
        $"SELECT COUNT(*)::integer, COALESCE(SUM(body_length), 0)::bigint, {ShareTable.Total} FROM asyncviews_processes WHERE state < {FirstEnd} AND limited AND state <= {Queued}",
        row => new StoreLoad(row.GetInt32(0), row.GetInt64(1), long.MaxValue, row.GetInt64(2)));

    public static Guid? ContentOf(SealedContent? content) => content?.Name is { } name ? Guid.ParseExact(name, "N") : null;
}
