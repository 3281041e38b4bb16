using System.Globalization;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>A column of the table of processes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Initial">Its values in processes that are added; null if that is its default.</param>
/// <param name="Selection">The expression that is selected.</param>
/// <param name="Ordinal">Its place in a selection.</param>
/// <param name="Value">The expression of its value in the statement that adds processes, such as <c>added.id</c>.</param>
internal sealed record Column(string Name, Func<IReadOnlyList<AddedRow>, NpgsqlParameter>? Initial, string Selection, int Ordinal, string Value);

/// <summary>A process that is added.</summary>
/// <param name="Process">The process, its owner, its lane and its submission key hidden.</param>
/// <param name="Secret">Its secrets, sealed.</param>
/// <param name="Now">The time of its acceptance.</param>
internal readonly record struct AddedRow(NewProcess Process, SealedProcess Secret, DateTimeOffset Now)
{
    public RunTerms Terms => Process.Terms;

    public SealedContent Body => Secret.Submission.Body;
}

/// <summary>
/// The columns of the table of processes that belong to its record, or that are written when it is added. For a new one, add it
/// here and, with a step, to the <see cref="Schema"/>: the statement that adds a process and all selections follow.
/// </summary>
internal static class ProcessColumns
{
    private static readonly List<Column> Selection = [];
    private static readonly List<Column> Initial = [];

    private static readonly Column Sequence = Selected("sequence");
    private static readonly Column Id = Selected("id", Each(Texts, added => added.Process.Id.ToString()));
    private static readonly Column Type = Selected("type", Each(Texts, added => added.Process.Type.ToString()));
    private static readonly Column Owner = Selected("owner", Each(Texts, added => added.Process.Owner));
    private static readonly Column Lane = Selected("lane", Each(Texts, added => added.Process.Lane));
    private static readonly Column IsAnonymous = Selected("anonymous", Each(Bools, added => added.Process.IsAnonymous));
    private static readonly Column IsLimited = Selected("limited", Each(Bools, added => added.Process.IsLimited));
    private static readonly Column HasIdempotencyKey = Selected("idempotency_key", Each(Bools, added => added.Process.HasIdempotencyKey));
    private static readonly Column Quota = Selected("quota", Each(Texts, added => added.Process.Quota ?? ""));
    private static readonly Column State = Selected("state", Each(Ints, added => added.Terms.NotBefore > added.Now ? ProcessTable.Scheduled : ProcessTable.Queued));
    private static readonly Column Rank = Selected("rank", Each(Ints, added => -added.Terms.Priority));
    private static readonly Column Due = Selected("due", Each(Times, added => added.Terms.NotBefore), "NULLIF(COALESCE(p.not_before, p.due), 'infinity')", "COALESCE({0}, 'infinity')");
    private static readonly Column StartBefore = Selected("start_before", Each(Times, added => added.Terms.StartBefore));
    private static readonly Column MaxStarts = Selected("max_starts", Each(Ints, added => added.Terms.MaxStarts));
    private static readonly Column MaxAttempts = Selected("max_attempts", Each(Ints, added => added.Terms.MaxAttempts));
    private static readonly Column Turn = Selected("turn");
    private static readonly Column Fence = Selected("fence");
    private static readonly Column Version = Selected("version");
    private static readonly Column CreatedAt = Selected("created", Each<DateTimeOffset?>(Times, added => added.Now));
    private static readonly Column StartedAt = Selected("started");
    private static readonly Column Starts = Selected("starts");
    private static readonly Column EndedAt = Selected("ended");
    private static readonly Column ExpiresAt = Selected("expires");
    private static readonly Column ReplacedBy = Selected("replaced_by");
    private static readonly Column CancelRequested = Selected("cancel_requested");
    private static readonly Column IsGone = Selected("gone");
    private static readonly Column IsDiscarded = Selected("discarded");
    private static readonly Column BodyLength = Selected("body_length", Each(Longs, added => added.Body.Length));
    private static readonly Column BodyContent = Selected("body_content", Each(Uuids, added => ProcessTable.ContentOf(added.Body)));
    private static readonly Column WaitsFor = Selected("pending");
    private static readonly Column ReleasedAt = Selected("released");
    private static readonly Column KeySalt = Selected("key_salt", Each(BytesOfEach, added => added.Secret.KeySalt));
    private static readonly Column Status = Selected("sealed_status");
    private static readonly Column Failures = Selected("sealed_failures");
    private static readonly Column Origin = Selected("sealed_origin", Each(BytesOfEach, added => added.Secret.Origin));

    private static readonly Column[] NotSelected =
    [
        Other("submission_key", Each(Texts, added => added.Process.SubmissionKey)),
        Other("identity", Each(BytesOfEach, added => added.Secret.Identity)),
        Other("metadata", Each(Texts, added => added.Secret.Metadata is { } entries ? string.Join(' ', entries) : null), value: "string_to_array({0}, ' ')"),
        Other("bytes", Each(Longs, added => StoreLimits.BytesOf(added.Process))),
        Other("sealed_submission", Each(BytesOfEach, added => added.Secret.Submission.Submission)),
        Other("sealed_run_secrets", Each(BytesOfEach, added => added.Secret.Submission.RunSecrets)),
        Other("sealed_body", Each(BytesOfEach, added => added.Body.Sealed)),
    ];

    private static readonly Column[] Added = [.. Initial];

    /// <summary>The columns that <see cref="Read"/> reads, in this order.</summary>
    public static readonly string Names = string.Join(", ", Selection.Select(column => column.Selection));

    /// <summary>The number of these columns.</summary>
    public static readonly int Count = Selection.Count;

    /// <summary>The columns of a process that is added, in the order of <see cref="ParametersOf"/>.</summary>
    public static readonly string AddedNames = string.Join(", ", Added.Select(column => column.Name));

    /// <summary>The values of these columns, where <c>added</c> has the parameters as columns of the same names.</summary>
    public static readonly string AddedValues = string.Join(", ", Added.Select(column => column.Value));

    /// <summary>The number of these columns.</summary>
    public static readonly int AddedCount = Added.Length;

    /// <summary>Makes an array of each of these columns.</summary>
    public static NpgsqlParameter[] ParametersOf(IReadOnlyList<AddedRow> added) => Array.ConvertAll(Added, column => column.Initial!(added));

    public static ProcessRow Read(NpgsqlDataReader row) => new(
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
                State = (ProcessState)row.GetInt16(State.Ordinal),
                Terms = new RunTerms
                {
                    Priority = -row.GetInt32(Rank.Ordinal),
                    NotBefore = ProcessRow.TimeOf(row, Due.Ordinal),
                    StartBefore = ProcessRow.TimeOf(row, StartBefore.Ordinal),
                    MaxStarts = row.GetInt32(MaxStarts.Ordinal),
                    MaxAttempts = row.GetInt32(MaxAttempts.Ordinal),
                },
                WaitsFor = row.GetInt32(WaitsFor.Ordinal),
                ReleasedAt = ProcessRow.TimeOf(row, ReleasedAt.Ordinal),
                Turn = row.GetInt64(Turn.Ordinal),
                Fence = row.GetInt32(Fence.Ordinal),
                Version = row.GetInt64(Version.Ordinal),
                CreatedAt = ProcessRow.TimeOf(row, CreatedAt.Ordinal)!.Value,
                StartedAt = ProcessRow.TimeOf(row, StartedAt.Ordinal),
                Starts = row.IsDBNull(Starts.Ordinal) ? [] : ProcessStart.ParseAll(row.GetString(Starts.Ordinal)),
                EndedAt = ProcessRow.TimeOf(row, EndedAt.Ordinal),
                ExpiresAt = ProcessRow.TimeOf(row, ExpiresAt.Ordinal),
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
        ProcessRow.UuidOf(row, BodyContent.Ordinal));

    /// <summary>Makes a parameter of an array with the value of each row.</summary>
    private static Func<IReadOnlyList<AddedRow>, NpgsqlParameter> Each<T>(Func<IEnumerable<T>, NpgsqlParameter> array, Func<AddedRow, T> value) => rows => array(rows.Select(value));

    private static Column Selected(string name, Func<IReadOnlyList<AddedRow>, NpgsqlParameter>? initial = null, string? selection = null, string value = "{0}")
    {
        var column = Other(name, initial, selection, value);
        Selection.Add(column);
        return column;
    }

    private static Column Other(string name, Func<IReadOnlyList<AddedRow>, NpgsqlParameter>? initial, string? selection = null, string value = "{0}")
    {
        var column = new Column(name, initial, selection ?? $"p.{name}", Selection.Count, string.Format(CultureInfo.InvariantCulture, value, $"added.{name}"));
        if (initial is not null)
            Initial.Add(column);
        return column;
    }
}
