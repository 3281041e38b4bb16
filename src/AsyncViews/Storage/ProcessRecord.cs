using System.Collections.ObjectModel;

namespace AsyncViews.Storage;

/// <summary>A process as the store knows it, without its content.</summary>
public sealed record ProcessRecord
{
    /// <summary>The time after its end for which a process stands for the same <c>Idempotency-Key</c>: a client retries until it has an answer.</summary>
    public static readonly TimeSpan IdempotencyKeyRetention = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The time after its success for which a process stands for the same form: long enough for the second click of somebody who saw
    /// nothing happen, too short for somebody who comes back to the form to send it anew.
    /// </summary>
    public static readonly TimeSpan FormKeyRetention = TimeSpan.FromSeconds(5);

    /// <summary>The order in which queued processes start: by priority, then by the time that they were scheduled for, then by turn number, then by arrival.</summary>
    public static Comparer<ProcessRecord> ByTurn { get; } = Comparer<ProcessRecord>.Create((a, b) => TurnOf(a).CompareTo(TurnOf(b)));

    /// <summary>The order of lists: the last accepted one first.</summary>
    public static Comparer<ProcessRecord> NewestFirst { get; } = Comparer<ProcessRecord>.Create((a, b) => (b.CreatedAt, b.Sequence).CompareTo((a.CreatedAt, a.Sequence)));

    /// <summary>Shared by all copies of the record.</summary>
    private readonly ParsedOrigin? _origin;

    /// <summary>The id.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>The type of its work.</summary>
    public required ProcessType Type { get; init; }

    /// <summary>Tells whether a person sent it. The limits of the queue and of an owner count such processes only.</summary>
    public bool IsLimited { get; init; } = true;

    /// <summary>The owner, who may see it, as a hash.</summary>
    public required string Owner { get; init; }

    /// <summary>Tells whether the client's own <c>Idempotency-Key</c> identifies its submission, and not the token of a form.</summary>
    public bool HasIdempotencyKey { get; init; }

    /// <summary>The address that it was submitted to and its title: secret, opaque to the store, and kept until it is gone.</summary>
    public string? Origin
    {
        get;
        init
        {
            field = value;
            _origin = value is null ? null : new ParsedOrigin(value);
        }
    }

    /// <summary>The terms of when, in what order and how often it may start. A failed attempt changes them.</summary>
    public RunTerms Terms { get; init; } = RunTerms.Default;

    /// <summary>The name of the quota that limits how many run at once; null if none does. What waits keeps the one that it was accepted with.</summary>
    public string? Quota { get; init; }

    /// <summary>The number of its arrival, which grows with every process added.</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// The lane in which it waits, as a hash: the signed-in user who sent it, or the address that an anonymous browser sent it
    /// from. Lanes take turns. Where the address tells nothing, and for code, it is the owner's lane.
    /// </summary>
    public string Lane { get => field ?? Owner; init; }

    /// <summary>The turn number, which orders processes of equal priority and scheduled time, see <see cref="ProcessChanges.TurnAfter"/>. Equal ones start by their arrival.</summary>
    public long Turn { get; init; }

    /// <summary>Tells whether somebody sent it who was not signed in. In an application where people sign in, a part of the queue and of the workers is kept for those who did.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The state.</summary>
    public required ProcessState State { get; init; }

    /// <summary>The fence, which grows with every claim and guards every later write of that run. 0 before the first.</summary>
    public int Fence { get; init; }

    /// <summary>The attempts that an exception ended, without the last one of a process that has failed.</summary>
    public IReadOnlyList<ProcessFailure> Failures { get; init; } = [];

    /// <summary>The version, which grows with every change.</summary>
    public long Version { get; init; }

    /// <summary>Tells whether it may start once more after the server stopped in it.</summary>
    public bool MayStartAgain => Fence - Failures.Count < Terms.MaxStarts;

    /// <summary>Its place in the queue, from 1; null unless it is queued.</summary>
    public int? Position { get; init; }

    /// <summary>The progress that it last reported.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>The time of its acceptance.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The number of processes that it still waits for. Until it is 0, the state is Scheduled, whatever its time.</summary>
    public int WaitsFor { get; init; }

    /// <summary>The time at which it stopped waiting for others; null if it has waited for none.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>The time from which it could have started: the latest of its acceptance, its scheduled time, and the time at which it stopped waiting for others.</summary>
    public DateTimeOffset WaitsSince => new[] { CreatedAt, Terms.NotBefore ?? CreatedAt, ReleasedAt ?? CreatedAt }.Max();

    /// <summary>The time that it has waited for its last start, or for its end if none came. Zero while it waits.</summary>
    public TimeSpan Waited => (StartedAt ?? EndedAt ?? WaitsSince) - WaitsSince is { Ticks: > 0 } waited ? waited : TimeSpan.Zero;

    /// <summary>The starts of its runs, oldest first, until it is gone.</summary>
    public IReadOnlyList<ProcessStart> Starts { get; init; } = [];

    /// <summary>The time of its last failed attempt; null if none failed.</summary>
    public DateTimeOffset? LastFailureAt => State == ProcessState.Failed ? EndedAt : Failures.Count > 0 ? Failures[^1].At : null;

    /// <summary>The time of its claim.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The time of its end.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The time at which its result expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Tells whether somebody asked it to stop.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Tells whether only its tombstone is left.</summary>
    public bool IsGone { get; init; }

    /// <summary>Tells whether its owner discarded it before it expired. It is a tombstone from then on.</summary>
    public bool IsDiscarded { get; init; }

    /// <summary>The process that was sent in its place after it had failed or was interrupted; null if none was.</summary>
    public ProcessId? ReplacedBy { get; init; }

    /// <summary>The reason why it did not succeed, for the person who waits.</summary>
    public ProcessReason? Reason { get; init; }

    /// <summary>The exception that ended it.</summary>
    public string? Error { get; init; }

    /// <summary>The origin as it was; null where none is kept.</summary>
    internal SubmissionOrigin? OriginInParts => _origin?.Value;

    private static (int, DateTimeOffset, long, long) TurnOf(ProcessRecord record) =>
        (-record.Terms.Priority, record.Terms.NotBefore ?? DateTimeOffset.MaxValue, record.Turn, record.Sequence);

    /// <summary>Returns whether it fits the query, wherever the list starts. One that is gone fits none.</summary>
    /// <param name="query">The query.</param>
    /// <param name="metadata">The <see cref="NewProcess.Metadata"/> that it was added with; null if the store has compared that itself.</param>
    public bool Matches(ProcessQuery query, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        return !IsGone
            && (query.Id is not { } id || id == Id)
            && (query.Reference is not { } reference || reference.Equals(Id.Reference, StringComparison.OrdinalIgnoreCase))
            && (query.State is not { } state || state == State)
            && (query.Type is not { } type || type == Type)
            && (query.From is not { } from || from <= CreatedAt)
            && (query.Until is not { } until || until > CreatedAt)
            && (query.Metadata is not { } entry || metadata is null || (metadata.TryGetValue(entry.Key, out var value) && value == entry.Value));
    }

    /// <summary>
    /// Returns whether this process stands for its submission, so that the same one sent now starts no other. A form whose work
    /// did not happen may be sent at once; one whose work may have happened leads to what is to be checked first.
    /// </summary>
    public bool StandsForSubmission(DateTimeOffset now) => this switch
    {
        { IsGone: true } => false,
        { EndedAt: null } => true,
        { HasIdempotencyKey: true } => now < EndedAt + IdempotencyKeyRetention,
        { State: ProcessState.Succeeded } => now < EndedAt + FormKeyRetention,
        { State: ProcessState.Interrupted } => now < ExpiresAt,
        _ => false,
    };

    /// <summary>Counts the members of a group that are not gone; null if there are none.</summary>
    public static GroupStatus? GroupOf(IEnumerable<ProcessRecord> members)
    {
        ProcessRecord[] all = [.. members];
        return all.Length == 0 ? null : new GroupStatus
        {
            Total = all.Length,
            Waiting = all.Count(member => member.State < ProcessState.Running),
            Running = all.Count(member => member.State == ProcessState.Running),
            Succeeded = all.Count(member => member.State == ProcessState.Succeeded),
            NotSucceeded = all.Count(member => member.State > ProcessState.Succeeded),
            CreatedAt = all.Min(member => member.CreatedAt),
            StartedAt = all.Min(member => member.StartedAt),
            EndedAt = all.All(member => member.State.IsEnded()) ? all.Max(member => member.EndedAt) : null,
        };
    }

    /// <summary>The record as readers see it.</summary>
    public ProcessStatus ToStatus()
    {
        var origin = OriginInParts;
        return new ProcessStatus
        {
            Id = Id,
            Type = Type,
            Title = origin?.NameFor(Type),
            UserName = origin?.UserName,
            Metadata = (IReadOnlyDictionary<string, string>?)origin?.Metadata ?? ReadOnlyDictionary<string, string>.Empty,
            State = State,
            Priority = Terms.Priority,
            NotBefore = Terms.NotBefore,
            StartBefore = Terms.StartBefore,
            Quota = Quota,
            WaitsFor = WaitsFor,
            Attempt = Fence,
            Progress = Progress,
            Position = Position,
            Version = Version,
            CreatedAt = CreatedAt,
            // The clocks of two nodes differ by milliseconds, and a clock may be put back.
            StartedAt = StartedAt < Terms.NotBefore ? Terms.NotBefore : StartedAt,
            Starts = Starts,
            EndedAt = EndedAt,
            ExpiresAt = ExpiresAt,
            CancelRequested = CancelRequested,
            IsGone = IsGone,
            Reason = Reason,
            Error = Error,
        };
    }
}
