using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>A row as it is stored, its secrets sealed.</summary>
/// <param name="Sealed">The record.</param>
/// <param name="BodyLength">The length of the submission's body, in bytes.</param>
/// <param name="Body">The content of the body, if it is kept outside of the row.</param>
internal sealed record ProcessRow(SealedRecord Sealed, long BodyLength, Guid? Body)
{
    /// <summary>The number of columns that <see cref="Read"/> reads.</summary>
    public const int ColumnCount = 31;

    /// <summary>The columns, in this order.</summary>
    public const string Columns =
        "p.sequence, p.id, p.type, p.owner, p.state, p.rank, NULLIF(p.due, 'infinity'), p.start_before, p.fence, p.max_starts, p.max_attempts, p.node, p.version, p.created, p.started, p.ended, p.expires, " +
        "p.limited, p.cancel_requested, p.gone, p.discarded, p.idempotency_key, p.key_salt, p.sealed_status, p.sealed_origin, p.sealed_failures, p.body_length, p.body_content, p.lane, p.turn, p.anonymous";

    public ProcessRecord Record => Sealed.Record;

    public static ProcessRow Read(NpgsqlDataReader row) => new(
        new SealedRecord(
            new ProcessRecord
            {
                Sequence = row.GetInt64(0),
                Id = ProcessId.Parse(row.GetString(1)),
                Type = ProcessType.Parse(row.GetString(2)),
                Owner = row.GetString(3),
                State = (ProcessState)row.GetInt16(4),
                Terms = new RunTerms
                {
                    Priority = -row.GetInt32(5),
                    NotBefore = TimeOf(row, 6),
                    StartBefore = TimeOf(row, 7),
                    MaxStarts = row.GetInt32(9),
                    MaxAttempts = row.GetInt32(10),
                },
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
        UuidOf(row, 27));

    public static byte[]? BytesOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public static Guid? UuidOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    public static DateTimeOffset? TimeOf(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    /// <summary>Reads content from three columns: its length, its id and what is sealed of it.</summary>
    public static SealedContent ReadContent(NpgsqlDataReader row, int first) =>
        new(row.GetInt64(first), UuidOf(row, first + 1)?.ToString("N"), BytesOf(row, first + 2) ?? []);
}

/// <summary>A row that was just claimed, with everything that its run needs.</summary>
internal sealed record ClaimedRow(ProcessRow Row, SealedSubmission Submission)
{
    public const string Columns = $"{ProcessRow.Columns}, p.sealed_submission, p.sealed_run_secrets, p.sealed_body";

    public static ClaimedRow Read(NpgsqlDataReader row)
    {
        const int First = ProcessRow.ColumnCount;
        var read = ProcessRow.Read(row);
        return new ClaimedRow(
            read,
            new SealedSubmission(
                ProcessRow.BytesOf(row, First) ?? [],
                ProcessRow.BytesOf(row, First + 1),
                new SealedContent(read.BodyLength, read.Body?.ToString("N"), ProcessRow.BytesOf(row, First + 2) ?? [])));
    }
}

/// <summary>The end of a process. A version of 0 counts on; a null leaves its column as it is.</summary>
internal sealed record SealedEnd(ProcessState State, long Version = 0, byte[]? Status = null, SealedResult? Result = null)
{
    public Guid? ResultContent => Result is { } result ? ProcessTable.ContentOf(result.Body) : null;
}

/// <summary>A run that this node has claimed. It is the only one that may report or end, as long as its fence is the current one.</summary>
/// <param name="Fence">Its fence.</param>
/// <param name="Key">The key of its process.</param>
/// <param name="Body">The content of the body, if it is kept outside of the row.</param>
internal sealed record ClaimedRun(int Fence, RecordKey Key, Guid? Body);
