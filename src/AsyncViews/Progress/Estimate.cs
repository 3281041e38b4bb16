namespace AsyncViews.Progress;

/// <summary>How long a run will take yet, from the progress that it has measured: what is done took so long, the rest will take in proportion.</summary>
internal static class Estimate
{
    /// <summary>Sooner, the first steps say nothing of the others.</summary>
    private const double LeastPercent = 10;

    private static readonly TimeSpan LeastRun = TimeSpan.FromSeconds(10);

    /// <summary>Null where it cannot be told.</summary>
    public static TimeSpan? RemainingOf(ProcessStatus status, DateTimeOffset now) =>
        status is { State: ProcessState.Running, StartedAt: { } started, Progress.Percent: { } percent and >= LeastPercent } && now - started >= LeastRun
            ? (now - started) * ((100 - percent) / percent)
            : null;
}
