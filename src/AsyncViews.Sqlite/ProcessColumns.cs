using System.Text.Json;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>A column of the table of processes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Its type and constraints.</param>
/// <param name="Initial">Its value in a process that is added; null if that is its default.</param>
/// <param name="Ordinal">Its place in a selection.</param>
internal sealed record Column(string Name, string Definition, Func<AddedRow, object?>? Initial, int Ordinal)
{
    /// <summary>Its parameter in the statement that adds a process.</summary>
    public string Parameter { get; } = "$" + Name;
}

/// <summary>A process that is added.</summary>
/// <param name="Process">The process, its owner, its lane and its submission key hidden.</param>
/// <param name="Secret">Its secrets, sealed.</param>
/// <param name="Turn">Its turn number.</param>
/// <param name="Now">The time of its acceptance.</param>
/// <param name="Node">The node that runs it from now on; null if it waits.</param>
internal readonly record struct AddedRow(NewProcess Process, SealedProcess Secret, long Turn, DateTimeOffset Now, string? Node = null)
{
    /// <summary>The fence of its first run.</summary>
    public const int FirstFence = 1;

    public RunTerms Terms => Process.Terms;

    public SealedContent Body => Secret.Submission.Body;

    public ProcessState State => Node is not null ? ProcessState.Running : Terms.NotBefore > Now ? ProcessState.Scheduled : ProcessState.Queued;

    public long? StartedAt => Node is null ? null : Now.UtcTicks;
}

/// <summary>
/// The columns of the table of processes. For a new one, add it here: the table, the statement that adds a process and all
/// selections follow. Large ones come last, since SQLite reads a row from its beginning.
/// </summary>
internal static class ProcessColumns
{
    private static readonly List<Column> Table = [];
    private static readonly List<Column> Selection = [];

    private static readonly Column Sequence = Selected("sequence", "INTEGER PRIMARY KEY AUTOINCREMENT");
    private static readonly Column Id = Selected("id", "TEXT NOT NULL UNIQUE", added => added.Process.Id.ToString());
    private static readonly Column Type = Selected("type", "TEXT NOT NULL", added => added.Process.Type.ToString());
    private static readonly Column Owner = Selected("owner", "TEXT NOT NULL", added => added.Process.Owner);
    private static readonly Column Lane = Selected("lane", "TEXT NOT NULL", added => added.Process.Lane);
    private static readonly Column IsAnonymous = Selected("anonymous", "INTEGER NOT NULL", added => added.Process.IsAnonymous);
    private static readonly Column IsLimited = Selected("limited", "INTEGER NOT NULL", added => added.Process.IsLimited);
    private static readonly Column HasIdempotencyKey = Selected("idempotency_key", "INTEGER NOT NULL", added => added.Process.HasIdempotencyKey);
    private static readonly Column Quota = Selected("quota", "TEXT NOT NULL DEFAULT ''", added => added.Process.Quota ?? "");
    private static readonly Column State = Selected("state", "INTEGER NOT NULL", added => (int)added.State);
    private static readonly Column Rank = Selected("rank", "INTEGER NOT NULL", added => -added.Terms.Priority);
    private static readonly Column Due = Selected("due", "INTEGER NOT NULL", added => ProcessRow.DueOf(added.Terms.NotBefore));
    private static readonly Column Turn = Selected("turn", "INTEGER NOT NULL", added => added.Turn);
    private static readonly Column StartBefore = Selected("start_before", "INTEGER", added => added.Terms.StartBefore?.UtcTicks);
    private static readonly Column MaxStarts = Selected("max_starts", "INTEGER NOT NULL", added => added.Terms.MaxStarts);
    private static readonly Column MaxAttempts = Selected("max_attempts", "INTEGER NOT NULL", added => added.Terms.MaxAttempts);
    private static readonly Column Fence = Selected("fence", "INTEGER NOT NULL DEFAULT 0", added => added.Node is null ? 0 : AddedRow.FirstFence);
    private static readonly Column Version = Selected("version", "INTEGER NOT NULL DEFAULT 1", added => added.Node is null ? 1 : 2);
    private static readonly Column CreatedAt = Selected("created", "INTEGER NOT NULL", added => added.Now.UtcTicks);
    private static readonly Column StartedAt = Selected("started", "INTEGER", added => added.StartedAt);
    private static readonly Column Starts = Selected("starts", "TEXT", added => added.Node is null ? null : $"{AddedRow.FirstFence} {added.StartedAt} {added.Node}\n");
    private static readonly Column EndedAt = Selected("ended", "INTEGER");
    private static readonly Column ExpiresAt = Selected("expires", "INTEGER");
    private static readonly Column CancelRequested = Selected("cancel_requested", "INTEGER NOT NULL DEFAULT 0");
    private static readonly Column IsGone = Selected("gone", "INTEGER NOT NULL DEFAULT 0");
    private static readonly Column IsDiscarded = Selected("discarded", "INTEGER NOT NULL DEFAULT 0");
    private static readonly Column BodyLength = Selected("body_length", "INTEGER NOT NULL", added => added.Body.Length);
    private static readonly Column BodyFile = Selected("body_file", "TEXT", added => added.Body.Name);
    private static readonly Column WaitsFor = Selected("pending", "INTEGER NOT NULL DEFAULT 0");
    private static readonly Column NotBefore = Selected("not_before", "INTEGER");
    private static readonly Column ReleasedAt = Selected("released", "INTEGER");
    private static readonly Column ReplacedBy = Selected("replaced_by", "TEXT");
    private static readonly Column KeySalt = Selected("key_salt", "BLOB", added => added.Secret.KeySalt);

    private static readonly Column[] NotSelected =
    [
        Other("submission_key", "TEXT", added => added.Process.SubmissionKey),
        Other("identity", "BLOB", added => added.Secret.Identity),
        Other("group_name", "TEXT"),
        Other("group_number", "INTEGER"),
        Other("group_started", "INTEGER NOT NULL DEFAULT 0"),
        Other("metadata", "TEXT", added => added.Secret.Metadata is { } entries ? JsonSerializer.Serialize(entries) : null),
        Other("bytes", "INTEGER NOT NULL DEFAULT 0", added => StoreLimits.BytesOf(added.Process)),
        Other("failed", "INTEGER NOT NULL DEFAULT 0"),
        Other("last_failed", "INTEGER"),
        Other("heartbeat", "INTEGER", added => added.StartedAt),
        Other("removed_at_end", "INTEGER NOT NULL DEFAULT 0"),
        Other("served", "INTEGER NOT NULL DEFAULT 0"),
        Other("result_length", "INTEGER"),
        Other("result_file", "TEXT"),
    ];

    private static readonly Column Status = Selected("sealed_status", "BLOB");
    private static readonly Column Failures = Selected("sealed_failures", "BLOB");
    private static readonly Column Origin = Selected("sealed_origin", "BLOB", added => added.Secret.Origin);

    private static readonly Column[] Contents =
    [
        Other("sealed_submission", "BLOB", added => added.Secret.Submission.Submission),
        Other("sealed_run_secrets", "BLOB", added => added.Secret.Submission.RunSecrets),
        Other("sealed_body", "BLOB", added => added.Body.Sealed),
        Other("sealed_response", "BLOB"),
        Other("sealed_result", "BLOB"),
    ];

    private static readonly Column[] Initial = [.. Table.Where(column => column.Initial is not null)];

    /// <summary>All columns as the table is created with them.</summary>
    public static readonly string Definitions = string.Join(",\n    ", Table.Select(column => $"{column.Name} {column.Definition}"));

    /// <summary>The columns that <see cref="Read"/> reads, in this order.</summary>
    public static readonly string Names = string.Join(", ", Selection.Select(column => column.Name));

    /// <summary>The number of these columns.</summary>
    public static readonly int Count = Selection.Count;

    private static readonly string InsertStatement =
        $"INSERT INTO processes ({string.Join(", ", Initial.Select(column => column.Name))}) VALUES ({string.Join(", ", Initial.Select(column => column.Parameter))})";

    public static void Insert(Statements db, AddedRow added)
    {
        var values = new (string, object?)[Initial.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (Initial[i].Parameter, Initial[i].Initial!(added));
        db.Execute(InsertStatement, values);
    }

    public static ProcessRow Read(SqliteDataReader row) => new(
        new SealedRecord(
            new ProcessRecord
            {
                Sequence = row.GetInt64(Sequence.Ordinal),
                Id = ProcessId.Parse(row.GetString(Id.Ordinal)),
                Type = ProcessType.Parse(row.GetString(Type.Ordinal)),
                Owner = row.GetString(Owner.Ordinal),
                Lane = row.GetString(Lane.Ordinal),
                IsAnonymous = row.GetBoolean(IsAnonymous.Ordinal),
                IsLimited = row.GetBoolean(IsLimited.Ordinal),
                HasIdempotencyKey = row.GetBoolean(HasIdempotencyKey.Ordinal),
                Quota = row.GetString(Quota.Ordinal) is { Length: > 0 } quota ? quota : null,
                State = StateOf(row.GetInt32(State.Ordinal)),
                Terms = new RunTerms
                {
                    Priority = -row.GetInt32(Rank.Ordinal),
                    NotBefore = DueOf(row),
                    StartBefore = TimeOf(row, StartBefore),
                    MaxStarts = row.GetInt32(MaxStarts.Ordinal),
                    MaxAttempts = row.GetInt32(MaxAttempts.Ordinal),
                },
                WaitsFor = row.GetInt32(WaitsFor.Ordinal),
                ReleasedAt = TimeOf(row, ReleasedAt),
                Turn = row.GetInt64(Turn.Ordinal),
                Fence = row.GetInt32(Fence.Ordinal),
                Version = row.GetInt64(Version.Ordinal),
                CreatedAt = TimeOf(row, CreatedAt)!.Value,
                StartedAt = TimeOf(row, StartedAt),
                Starts = row.IsDBNull(Starts.Ordinal) ? [] : ProcessStart.ParseAll(row.GetString(Starts.Ordinal)),
                EndedAt = TimeOf(row, EndedAt),
                ExpiresAt = TimeOf(row, ExpiresAt),
                CancelRequested = row.GetBoolean(CancelRequested.Ordinal),
                IsGone = row.GetBoolean(IsGone.Ordinal),
                IsDiscarded = row.GetBoolean(IsDiscarded.Ordinal),
                ReplacedBy = row.IsDBNull(ReplacedBy.Ordinal) ? null : ProcessId.Parse(row.GetString(ReplacedBy.Ordinal)),
            },
            KeySalt: ProcessRow.BytesOf(row, KeySalt.Ordinal),
            Status: ProcessRow.BytesOf(row, Status.Ordinal),
            Origin: ProcessRow.BytesOf(row, Origin.Ordinal),
            Failures: ProcessRow.BytesOf(row, Failures.Ordinal)),
        row.GetInt64(BodyLength.Ordinal),
        row.IsDBNull(BodyFile.Ordinal) ? null : row.GetString(BodyFile.Ordinal));

    private static Column Selected(string name, string definition, Func<AddedRow, object?>? initial = null)
    {
        var column = Other(name, definition, initial);
        Selection.Add(column);
        return column;
    }

    private static Column Other(string name, string definition, Func<AddedRow, object?>? initial = null)
    {
        var column = new Column(name, definition, initial, Selection.Count);
        Table.Add(column);
        return column;
    }

    private static ProcessState StateOf(int number) =>
        Enum.IsDefined((ProcessState)number) ? (ProcessState)number : throw new FormatException($"No process has the state {number}.");

    private static DateTimeOffset? DueOf(SqliteDataReader row) =>
        TimeOf(row, row.IsDBNull(NotBefore.Ordinal) ? Due : NotBefore) is { } time && time.UtcTicks != ProcessRow.DueOf(null) ? time : null;

    private static DateTimeOffset? TimeOf(SqliteDataReader row, Column column) => ProcessRow.TimeOf(row, column.Ordinal);
}
