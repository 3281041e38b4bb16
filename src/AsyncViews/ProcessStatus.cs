using System.Collections.ObjectModel;

namespace AsyncViews;

/// <summary>A snapshot of a process for readers.</summary>
public sealed record ProcessStatus
{
    /// <summary>The id of the process.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>
    /// The name that the person sees: the title that it was given, else the page's title if it was known at submission, else
    /// a name derived from the page's path or the job's name. Null if only a tombstone is left.
    /// </summary>
    public string? Title { get; init; }

    /// <summary>The name of the signed-in user who sent or scheduled it; null if there was none, the name is unknown, or only a tombstone is left.</summary>
    public string? UserName { get; init; }

    /// <summary>The type of its work.</summary>
    public required ProcessType Type { get; init; }

    /// <summary>The metadata with which code scheduled it; empty for pages.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The current state.</summary>
    public required ProcessState State { get; init; }

    /// <summary>The priority, 0 to 100. Processes with a higher one start first. Each failed attempt lowers it by one.</summary>
    public int Priority { get; init; }

    /// <summary>The earliest time of its first start or, after a failure, of its next one. Null if it may start at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The time by which it must have started, or it is Missed. Null if it may wait forever.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>The name of the quota that limits how many like it run at once; null if none does.</summary>
    public string? Quota { get; init; }

    /// <summary>The number of processes that it still waits for, see <see cref="ScheduleOptions.After"/>. It is 0 once it may start.</summary>
    public int WaitsFor { get; init; }

    /// <summary>The number of times that it has started.</summary>
    public int Attempt { get; init; }

    /// <summary>The progress that it last reported. What was measured is 100 once it has succeeded.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>
    /// The percentage that pages show: 0 to 100, and at most 99 while the process is live, since 100 would mean that it has
    /// ended. Null if it is not measured.
    /// </summary>
    public double? Percent => !IsEnded && Progress is { Percent: > 99 } ? 99 : Progress.Percent;

    /// <summary>Its place in the queue: 1 is next. Null unless <see cref="State"/> is <see cref="ProcessState.Queued"/>.</summary>
    public int? Position { get; init; }

    /// <summary>A number that grows with every change to this snapshot.</summary>
    public required long Version { get; init; }

    /// <summary>The time at which it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which a worker claimed it; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its starts, oldest first, until it has expired. Each run after a crash or a failure is one.</summary>
    public IReadOnlyList<ProcessStart> Starts { get; init; } = [];

    /// <summary>The time at which it ended; null before that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The time until which its result can be fetched; null before its end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Tells whether it was asked to stop. A running process may still succeed.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Tells whether its result has expired or was discarded, so that only this tombstone is left.</summary>
    public bool IsGone { get; init; }

    /// <summary>The reason why it did not succeed; null if there is none that the waiting person should read.</summary>
    public ProcessReason? Reason { get; init; }

    /// <summary>The exception that ended it, with its stack trace, at most 8,192 characters, for Development and operators. The waiting person never sees it.</summary>
    public string? Error { get; init; }

    /// <summary>Tells whether it has ended.</summary>
    public bool IsEnded => State.IsEnded();
}

/// <summary>An attempt that ended with an exception.</summary>
/// <param name="Attempt">The number of the attempt: 1 is the first start.</param>
/// <param name="At">The time at which it ended.</param>
/// <param name="Error">The exception with its stack trace, at most 8,192 characters.</param>
public sealed record ProcessFailure(int Attempt, DateTimeOffset At, string Error)
{
    internal static ProcessFailure Of(int attempt, DateTimeOffset at, string? error) => new(attempt, at, error ?? "");
}
