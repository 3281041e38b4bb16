using System.Collections.ObjectModel;

namespace AsyncViews;

/// <summary>A snapshot of a process for readers.</summary>
public sealed record ProcessStatus
{
    /// <summary>Which process.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>
    /// What its person knows it by: the title that it was given, else the page's where it was known at the submission, else a
    /// name made of the page's path or the job's name. Null where only a tombstone is left.
    /// </summary>
    public string? Title { get; init; }

    /// <summary>What the types of jobs begin with.</summary>
    internal const string JobPrefix = "job:";

    /// <summary>What it runs: <c>page:{area}{path}</c>, or <c>job:{name}</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What the code that scheduled it knows it by; empty for pages.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where it stands.</summary>
    public required ProcessState State { get; init; }

    /// <summary>Higher ones start first: 0 to 100.</summary>
    public int Priority { get; init; }

    /// <summary>When it may start for the first time or, after a failure, again; null where it may at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it is Missed, if it has not started by then; null where it may wait for ever.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>How often it has started.</summary>
    public int Attempt { get; init; }

    /// <summary>The attempts that an exception ended before it was tried again: for Development and operators, like <see cref="Error"/>.</summary>
    public IReadOnlyList<ProcessFailure> Failures { get; init; } = [];

    /// <summary>What it last reported.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>
    /// What it has measured, as pages show it: 0 to 100, and at most 99 while it is live, since 100 would say that it has
    /// ended. Null where it is not measured.
    /// </summary>
    public double? Percent => !IsEnded && Progress is { Percent: > 99 } ? 99 : Progress.Percent;

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

    /// <summary>Why it did not succeed; null where nothing fit for the person who waits is known.</summary>
    public ProcessReason? Reason { get; init; }

    /// <summary>The exception that ended it, with its stack: for Development and operators, never for the person who waits.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it runs a job, and no page.</summary>
    public bool IsJob => Type.StartsWith(JobPrefix, StringComparison.Ordinal);

    /// <summary>Whether it has ended.</summary>
    public bool IsEnded => State.IsEnded();
}

/// <summary>An attempt that an exception ended.</summary>
/// <param name="Attempt">Which: 1 is the first start.</param>
/// <param name="At">When it ended.</param>
/// <param name="Error">The exception with its stack, at most 8,192 characters.</param>
public sealed record ProcessFailure(int Attempt, DateTimeOffset At, string Error)
{
    private const int LongestError = 8192;

    internal static ProcessFailure Of(int attempt, DateTimeOffset at, string? error) =>
        new(attempt, at, error is { Length: > LongestError } ? error[..LongestError] : error ?? "");
}
