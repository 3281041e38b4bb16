using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>A row as it is stored, its secrets sealed.</summary>
/// <param name="Record">The part that is not secret.</param>
/// <param name="KeySalt">Null if nothing secret is left.</param>
/// <param name="SealedStatus">See <see cref="StoredStatus"/>.</param>
/// <param name="SealedOrigin">See <see cref="SealOrigin"/>.</param>
/// <param name="SealedFailures">See <see cref="SealFailures"/>.</param>
/// <param name="BodyLength">The length of the submission's body, in bytes.</param>
/// <param name="BodyFile">The file of the body, if any.</param>
internal sealed record ProcessRow(
    ProcessRecord Record, byte[]? KeySalt, byte[]? SealedStatus, byte[]? SealedOrigin, byte[]? SealedFailures, long BodyLength, string? BodyFile)
{
    private const string OriginPurpose = "origin";
    private const string FailuresPurpose = "failures";

    /// <summary>The number of columns that <see cref="Read"/> reads.</summary>
    public const int ColumnCount = 28;

    /// <summary>The columns, in this order.</summary>
    public const string Columns =
        "sequence, id, type, owner, state, rank, due, start_before, fence, max_starts, max_attempts, node, version, created, started, ended, expires, " +
        "limited, cancel_requested, gone, discarded, idempotency_key, key_salt, sealed_status, sealed_origin, sealed_failures, body_length, body_file";

    public static ProcessRow Read(SqliteDataReader row) => new(
        new ProcessRecord
        {
            Sequence = row.GetInt64(0),
            Id = ProcessId.Parse(row.GetString(1)),
            Type = row.GetString(2),
            Owner = row.GetString(3),
            State = (ProcessState)row.GetInt32(4),
            Priority = -row.GetInt32(5),
            NotBefore = row.GetInt64(6) == Unscheduled ? null : TimeOf(row, 6),
            StartBefore = TimeOf(row, 7),
            Fence = row.GetInt32(8),
            MaxStarts = row.GetInt32(9),
            MaxAttempts = row.GetInt32(10),
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
        },
        BytesOf(row, 22),
        BytesOf(row, 23),
        BytesOf(row, 24),
        BytesOf(row, 25),
        row.GetInt64(26),
        row.IsDBNull(27) ? null : row.GetString(27));

    /// <summary>The due time of processes that were scheduled for none: after all others of their priority.</summary>
    private static long Unscheduled => DateTimeOffset.MaxValue.UtcTicks;

    public static long DueOf(DateTimeOffset? notBefore) => notBefore?.UtcTicks ?? Unscheduled;

    /// <summary>The record with the status that its work reported.</summary>
    /// <exception cref="DamagedContentException">The row is damaged.</exception>
    public ProcessRecord Unseal(Vault vault)
    {
        if (KeySalt is null)
            return Record;

        var key = vault.KeyOf(KeySalt);
        var known = UnsealPast(key);
        if (SealedStatus is null)
            return known;

        var status = StoredStatus.Open(key, SealedStatus);
        return known with
        {
            Progress = new ProcessProgress(status.Percent, status.Message, status.Data),
            Reason = status.Reason,
            Error = status.Error,
        };
    }

    /// <summary>The record with its origin and its failed attempts.</summary>
    /// <exception cref="DamagedContentException">The row is damaged.</exception>
    public ProcessRecord UnsealPast(byte[] key) => Record with
    {
        Origin = SealedOrigin is null ? null : Encoding.UTF8.GetString(Vault.Open(key, OriginPurpose, SealedOrigin)),
        Failures = SealedFailures is null ? [] : JsonSerializer.Deserialize(Vault.Open(key, FailuresPurpose, SealedFailures), StoredFailuresJson.Default.ProcessFailureArray)!,
    };

    public static byte[]? SealOrigin(byte[] key, string? origin) => origin is null ? null : Vault.Seal(key, OriginPurpose, Encoding.UTF8.GetBytes(origin));

    public static byte[] SealFailures(byte[] key, ProcessFailure[] failures) =>
        Vault.Seal(key, FailuresPurpose, JsonSerializer.SerializeToUtf8Bytes(failures, StoredFailuresJson.Default.ProcessFailureArray));

    public static byte[]? BytesOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static DateTimeOffset? TimeOf(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}

/// <summary>A row that was just claimed, with everything that its run needs.</summary>
internal sealed record ClaimedRow(ProcessRow Row, byte[] SealedSubmission, byte[]? SealedRunSecrets, StoredContent Body)
{
    public static ClaimedRow Read(SqliteDataReader row)
    {
        const int First = ProcessRow.ColumnCount;
        var read = ProcessRow.Read(row);
        return new ClaimedRow(
            read,
            ProcessRow.BytesOf(row, First) ?? [],
            ProcessRow.BytesOf(row, First + 1),
            new StoredContent(read.BodyLength, read.BodyFile, ProcessRow.BytesOf(row, First + 2) ?? []));
    }
}

[JsonSerializable(typeof(ProcessFailure[]))]
internal sealed partial class StoredFailuresJson : JsonSerializerContext;
