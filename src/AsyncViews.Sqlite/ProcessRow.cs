using System.Text;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>A row as it is stored, with what is secret still sealed.</summary>
internal sealed record ProcessRow(ProcessRecord Record, byte[]? WrappedKey, byte[]? SealedStatus, byte[]? SealedOrigin)
{
    private const string OriginPurpose = "origin";

    /// <summary>What <see cref="Read"/> reads, in this order.</summary>
    public const string Columns =
        "sequence, id, type, owner, state, fence, node, version, created, started, ended, expires, cancel_requested, gone, wrapped_key, sealed_status, max_starts, sealed_origin";

    public static ProcessRow Read(SqliteDataReader row) => new(
        new ProcessRecord
        {
            Sequence = row.GetInt64(0),
            Id = ProcessId.Parse(row.GetString(1)),
            Type = row.GetString(2),
            Owner = row.GetString(3),
            State = (ProcessState)row.GetInt32(4),
            Fence = row.GetInt32(5),
            Node = row.IsDBNull(6) ? null : row.GetString(6),
            Version = row.GetInt64(7),
            CreatedAt = TimeOf(row, 8)!.Value,
            StartedAt = TimeOf(row, 9),
            EndedAt = TimeOf(row, 10),
            ExpiresAt = TimeOf(row, 11),
            CancelRequested = row.GetBoolean(12),
            IsGone = row.GetBoolean(13),
            MaxStarts = row.GetInt32(16),
        },
        BytesOf(row, 14),
        BytesOf(row, 15),
        BytesOf(row, 17));

    /// <summary>The record with what the work says of itself.</summary>
    /// <exception cref="DamagedContentException">The row is damaged.</exception>
    public ProcessRecord Unseal(Vault vault)
    {
        if (WrappedKey is null)
            return Record;

        var key = vault.Unwrap(WrappedKey);
        var known = UnsealOrigin(key);
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

    /// <summary>The record with where it was submitted.</summary>
    /// <exception cref="DamagedContentException">The row is damaged.</exception>
    public ProcessRecord UnsealOrigin(byte[] key) =>
        SealedOrigin is null ? Record : Record with { Origin = Encoding.UTF8.GetString(Vault.Open(key, OriginPurpose, SealedOrigin)) };

    public static byte[]? SealOrigin(byte[] key, string? origin) => origin is null ? null : Vault.Seal(key, OriginPurpose, Encoding.UTF8.GetBytes(origin));

    public static byte[]? BytesOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static DateTimeOffset? TimeOf(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}
