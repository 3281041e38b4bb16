using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>A row as it is stored, its secrets sealed.</summary>
/// <param name="Sealed">The record.</param>
/// <param name="BodyLength">The length of the submission's body, in bytes.</param>
/// <param name="BodyFile">The file of the body, if any.</param>
internal sealed record ProcessRow(SealedRecord Sealed, long BodyLength, string? BodyFile)
{
    /// <summary>The number of columns that <see cref="Read"/> reads.</summary>
    public const int ColumnCount = 31;

    /// <summary>The columns, in this order.</summary>
    public const string Columns =
        "sequence, id, type, owner, state, rank, due, start_before, fence, max_starts, max_attempts, node, version, created, started, ended, expires, " +
        "limited, cancel_requested, gone, discarded, idempotency_key, key_salt, sealed_status, sealed_origin, sealed_failures, body_length, body_file, lane, turn, anonymous";

    public ProcessRecord Record => Sealed.Record;

    public static ProcessRow Read(SqliteDataReader row) => new(
        new SealedRecord(
            new ProcessRecord
            {
                Sequence = row.GetInt64(0),
                Id = ProcessId.Parse(row.GetString(1)),
                Type = ProcessType.Parse(row.GetString(2)),
                Owner = row.GetString(3),
                State = StateOf(row.GetInt32(4)),
                Terms = ReadTerms(row),
                Fence = row.GetInt32(8),
                Node = row.IsDBNull(11) ? null : row.GetString(11),
                Version = row.GetInt64(12),
                CreatedAt = TimeOf(row, 13)!.Value,
                StartedAt = TimeOf(row, 14),
                EndedAt = TimeOf(row, 15),
                ExpiresAt = TimeOf(row, 16),
                IsLimited = row.GetBoolean(17),
                CancelRequested = row.GetBoolean(18),
                IsGone = row.GetBoolean(19),
                IsDiscarded = row.GetBoolean(20),
                HasIdempotencyKey = row.GetBoolean(21),
                Lane = row.GetString(28),
                Turn = row.GetInt64(29),
                IsAnonymous = row.GetBoolean(30),
            },
            KeySalt: BytesOf(row, 22),
            Status: BytesOf(row, 23),
            Origin: BytesOf(row, 24),
            Failures: BytesOf(row, 25)),
        row.GetInt64(26),
        row.IsDBNull(27) ? null : row.GetString(27));

    /// <summary>The due time of processes that were scheduled for none: after all others of their priority.</summary>
    private static long Unscheduled => DateTimeOffset.MaxValue.UtcTicks;

    public static long DueOf(DateTimeOffset? notBefore) => notBefore?.UtcTicks ?? Unscheduled;

    public static byte[]? BytesOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static ProcessState StateOf(int number) =>
        Enum.IsDefined((ProcessState)number) ? (ProcessState)number : throw new FormatException($"No process has the state {number}.");

    private static RunTerms ReadTerms(SqliteDataReader row) => new()
    {
        Priority = -row.GetInt32(5),
        NotBefore = row.GetInt64(6) == Unscheduled ? null : TimeOf(row, 6),
        StartBefore = TimeOf(row, 7),
        MaxStarts = row.GetInt32(9),
        MaxAttempts = row.GetInt32(10),
    };

    private static DateTimeOffset? TimeOf(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}

/// <summary>A row that was just claimed, with everything that its run needs.</summary>
internal sealed record ClaimedRow(ProcessRow Row, SealedSubmission Submission)
{
    public static ClaimedRow Read(SqliteDataReader row)
    {
        const int First = ProcessRow.ColumnCount;
        var read = ProcessRow.Read(row);
        return new ClaimedRow(
            read,
            new SealedSubmission(
                ProcessRow.BytesOf(row, First) ?? [],
                ProcessRow.BytesOf(row, First + 1),
                new SealedContent(read.BodyLength, read.BodyFile, ProcessRow.BytesOf(row, First + 2) ?? [])));
    }
}
