using System.Collections.ObjectModel;

namespace AsyncViews.Storage;

/// <summary>What the store knows of a process, without its content.</summary>
public sealed record ProcessRecord
{
    /// <summary>How long after its end a process stands for the same <c>Idempotency-Key</c>: a client retries until it has an answer.</summary>
    public static readonly TimeSpan IdempotencyKeyRetention = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long after its success a process stands for the same form: long enough for the second click of somebody who saw
    /// nothing happen, too short for somebody who comes back to the form to send it anew.
    /// </summary>
    public static readonly TimeSpan FormKeyRetention = TimeSpan.FromSeconds(5);

    /// <summary>The priority of everything that names none.</summary>
    public const int DefaultPriority = 5;

    /// <summary>Which process.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>What it runs: <c>page:{area}{path}</c>, or <c>job:{name}</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whether a person sent it: the limits of the queue and of an owner are for what people send, and count that only.</summary>
    public bool IsLimited { get; init; } = true;

    /// <summary>Whether it runs a job, and no page.</summary>
    public bool IsJob => Type.StartsWith(ProcessStatus.JobPrefix, StringComparison.Ordinal);

    /// <summary>Who may see it: a hash.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether what makes its submission the same is the client's own <c>Idempotency-Key</c>, and not the token of a form.</summary>
    public bool HasIdempotencyKey { get; init; }

    /// <summary>Where it was submitted and what it is called: secret, opaque to the store, and kept until it is gone.</summary>
    public string? Origin { get; init; }

    /// <summary>Higher ones start first: 0 to 100. Each failed attempt lowers it by one.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>When it may start; null where it may at once. Of equal priority, what was scheduled for a time goes before the rest, the earliest first.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it is Missed, if it has not started once by then.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>Orders what is otherwise equal; grows with every process added.</summary>
    public required long Sequence { get; init; }

    /// <summary>Where it stands.</summary>
    public required ProcessState State { get; init; }

    /// <summary>Grows with every claim and guards every later write of that run. 0 before the first.</summary>
    public int Fence { get; init; }

    /// <summary>How often it may start where the server stopped in it: more than 1 where that does no harm.</summary>
    public int MaxStarts { get; init; } = 1;

    /// <summary>How often it may be tried in all where an exception ends it.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The attempts that an exception ended, without the last of a process that has failed.</summary>
    public IReadOnlyList<ProcessFailure> Failures { get; init; } = [];

    /// <summary>Which node claimed it.</summary>
    public string? Node { get; init; }

    /// <summary>Grows with every change.</summary>
    public long Version { get; init; }

    /// <summary>Whether it may start once more after the server stopped in it.</summary>
    public bool MayStartAgain => Fence - Failures.Count < MaxStarts;

    /// <summary>Its place in the queue, from 1; null unless it is queued.</summary>
    public int? Position { get; init; }

    /// <summary>What it last reported.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it could have started: when it was accepted, or what it was scheduled for after that.</summary>
    internal DateTimeOffset WaitsSince => NotBefore > CreatedAt ? NotBefore.Value : CreatedAt;

    /// <summary>When an attempt failed last.</summary>
    internal DateTimeOffset? LastFailureAt => State == ProcessState.Failed ? EndedAt : Failures.Count > 0 ? Failures[^1].At : null;

    /// <summary>When it was claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When its result expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether somebody asked it to stop.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Whether only its tombstone is left.</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether its owner discarded it before it expired: a tombstone from then on.</summary>
    public bool IsDiscarded { get; init; }

    /// <summary>Why it did not succeed, for the person who waits.</summary>
    public ProcessReason? Reason { get; init; }

    /// <summary>The exception that ended it.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// Whether this process stands for its submission, so that the same one sent now starts no other. A form whose work
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

    /// <summary>The record as readers see it.</summary>
    public ProcessStatus ToStatus()
    {
        var origin = SubmissionOrigin.Of(this);
        return new ProcessStatus
        {
            Id = Id,
            Type = Type,
            Title = origin?.NameFor(Type),
            Metadata = (IReadOnlyDictionary<string, string>?)origin?.Metadata ?? ReadOnlyDictionary<string, string>.Empty,
            State = State,
            Priority = Priority,
            NotBefore = NotBefore,
            StartBefore = StartBefore,
            Attempt = Fence,
            Failures = Failures,
            Progress = Progress,
            Position = Position,
            Version = Version,
            CreatedAt = CreatedAt,
            StartedAt = StartedAt,
            EndedAt = EndedAt,
            ExpiresAt = ExpiresAt,
            CancelRequested = CancelRequested,
            IsGone = IsGone,
            Reason = Reason,
            Error = Error,
        };
    }
}
