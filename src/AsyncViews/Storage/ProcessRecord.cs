namespace AsyncViews.Storage;

/// <summary>What the store knows of a process, without its content.</summary>
public sealed record ProcessRecord
{
    /// <summary>How long after its end a process still stands for the same submission.</summary>
    public static readonly TimeSpan SubmissionKeyRetention = TimeSpan.FromSeconds(60);

    /// <summary>Which process.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>Which page it runs: <c>page:{area}{path}</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Who may see it: a hash.</summary>
    public required string Owner { get; init; }

    /// <summary>Where it was submitted and what it is called: secret, opaque to the store, and kept until it is gone.</summary>
    public string? Origin { get; init; }

    /// <summary>Orders processes that are due at the same time; grows with every one added.</summary>
    public required long Sequence { get; init; }

    /// <summary>Where it stands.</summary>
    public required ProcessState State { get; init; }

    /// <summary>Grows with every claim and guards every later write of that run. 0 before the first.</summary>
    public int Fence { get; init; }

    /// <summary>How often it may start in all.</summary>
    public int MaxStarts { get; init; } = 1;

    /// <summary>Which node claimed it.</summary>
    public string? Node { get; init; }

    /// <summary>Grows with every change.</summary>
    public long Version { get; init; }

    /// <summary>Its place in the queue, from 1; null unless it is queued.</summary>
    public int? Position { get; init; }

    /// <summary>What it last reported.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

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

    /// <summary>Why it did not succeed, for the person who waits.</summary>
    public string? Reason { get; init; }

    /// <summary>The exception that ended it.</summary>
    public string? Error { get; init; }

    /// <summary>The record as readers see it.</summary>
    public ProcessStatus ToStatus() => new()
    {
        Id = Id,
        Title = SubmissionOrigin.Of(this)?.Name,
        State = State,
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
