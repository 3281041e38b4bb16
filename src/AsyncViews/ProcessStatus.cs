namespace AsyncViews;

/// <summary>A snapshot of a process for readers.</summary>
public sealed record ProcessStatus
{
    /// <summary>Which process.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>What its person knows it by: the page's title where it was known at the submission, else its path. Null where neither is kept.</summary>
    public string? Title { get; init; }

    /// <summary>Where it stands.</summary>
    public required ProcessState State { get; init; }

    /// <summary>What it last reported.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>Its place in the queue: 1 is next. Null unless <see cref="State"/> is <see cref="ProcessState.Queued"/>.</summary>
    public int? Position { get; init; }

    /// <summary>Grows with every change of this snapshot.</summary>
    public required long Version { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a worker took it; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Until when its result can be fetched; null before its end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether somebody asked it to stop. A running one may still succeed.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Whether it has ended and its result has expired: only this tombstone is left.</summary>
    public bool IsGone { get; init; }

    /// <summary>Why it did not succeed, in a sentence for the person who waits; null where nothing fit for them is known.</summary>
    public string? Reason { get; init; }

    /// <summary>The exception that ended it, with its stack: for Development and operators, never for the person who waits.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsEnded => State.IsEnded();
}
