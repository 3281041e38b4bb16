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
    public ProcessRecord Record => Sealed.Record;

    /// <summary>The due time of processes that were scheduled for none: after all others of their priority.</summary>
    private static long Unscheduled => DateTimeOffset.MaxValue.UtcTicks;

    public static long DueOf(DateTimeOffset? notBefore) => notBefore?.UtcTicks ?? Unscheduled;

    public static byte[]? BytesOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public static DateTimeOffset? TimeOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}

/// <summary>A run that this store has claimed, and the only one that may report or end.</summary>
internal sealed record ClaimedRun(int Fence, RecordKey Key, string? BodyFile);

/// <summary>A row that was just claimed, with everything that its run needs.</summary>
internal sealed record ClaimedRow(ProcessRow Row, SealedSubmission Submission)
{
    public static readonly string Names = $"{ProcessColumns.Names}, sealed_submission, sealed_run_secrets, sealed_body";

    public static ClaimedRow Read(SqliteDataReader row)
    {
        var (first, read) = (ProcessColumns.Count, ProcessColumns.Read(row));
        return new ClaimedRow(
            read,
            new SealedSubmission(
                ProcessRow.BytesOf(row, first) ?? [],
                ProcessRow.BytesOf(row, first + 1),
                new SealedContent(read.BodyLength, read.BodyFile, ProcessRow.BytesOf(row, first + 2) ?? [])));
    }
}
