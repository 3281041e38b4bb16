namespace AsyncViews.Running;

/// <summary>Runs that have begun.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Next">The next time at which there is something to do; null if nothing waits for a time.</param>
internal sealed record StartedRuns(IReadOnlyList<StartedRun> Runs, DateTimeOffset? Next);

/// <summary>A run that has begun.</summary>
/// <param name="Id">The process.</param>
/// <param name="Ended">Completes when its outcome is stored, and never fails.</param>
internal readonly record struct StartedRun(ProcessId Id, Task Ended);
