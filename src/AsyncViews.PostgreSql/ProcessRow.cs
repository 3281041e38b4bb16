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
    public ProcessRecord Record => Sealed.Record;

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
    private const int OwnNames = 3;

    public static readonly string Names = $"{ProcessColumns.Names}, p.sealed_submission, p.sealed_run_secrets, p.sealed_body";

    public static ClaimedRow Read(NpgsqlDataReader row)
    {
        var (first, read) = (ProcessColumns.Count, ProcessColumns.Read(row));
        return new ClaimedRow(
            read,
            new SealedSubmission(
                ProcessRow.BytesOf(row, first) ?? [],
                ProcessRow.BytesOf(row, first + 1),
                new SealedContent(read.BodyLength, read.Body?.ToString("N"), ProcessRow.BytesOf(row, first + 2) ?? [])));
    }

    /// <summary>Reads one of several, behind which the row tells whether the statement has locked more than it has claimed.</summary>
    public static ClaimedRow ReadNext(NpgsqlDataReader row) => Read(row) with { LeavesOthers = row.GetBoolean(ProcessColumns.Count + OwnNames) };

    /// <summary>Tells whether others were locked, and left for the next claim.</summary>
    public bool LeavesOthers { get; private init; }
}

/// <summary>A run that this node has claimed. It is the only one that may report or end, as long as its fence is the current one.</summary>
/// <param name="Sequence">The place of its process in the order of arrival, in which rows are locked.</param>
/// <param name="Fence">Its fence.</param>
/// <param name="Key">The key of its process.</param>
/// <param name="Body">The content of the body, if it is kept outside of the row.</param>
internal sealed record ClaimedRun(long Sequence, int Fence, RecordKey Key, Guid? Body);
