namespace AsyncViews.Storage;

/// <summary>One run of a process.</summary>
/// <param name="Id">The process.</param>
/// <param name="Fence">The fence that its claim had.</param>
public readonly record struct FencedRun(ProcessId Id, int Fence);

/// <summary>The answer to <see cref="IProcessStore.HeartbeatAsync"/>.</summary>
/// <param name="CancelRequested">The processes among those asked for that somebody has asked to stop.</param>
/// <param name="Lost">The processes among those asked for that this run is not the current one of: it has ended, is removed, or another one has begun.</param>
public sealed record Heartbeat(IReadOnlyCollection<ProcessId> CancelRequested, IReadOnlyCollection<ProcessId> Lost)
{
    /// <summary>True if somebody has asked this node to take no more processes, and it has not noted so far that it does.</summary>
    public bool DrainRequested { get; init; }

    /// <summary>The answer for these runs.</summary>
    /// <param name="alive">The runs that are asked for.</param>
    /// <param name="current">Those of them that are the current ones of their processes, each with whether somebody has asked it to stop.</param>
    public static Heartbeat Of(IEnumerable<FencedRun> alive, IReadOnlyCollection<(ProcessId Id, bool CancelRequested)> current) => new(
        [.. current.Where(run => run.CancelRequested).Select(run => run.Id)],
        [.. alive.Select(run => run.Id).Except(current.Select(run => run.Id))]);

    /// <summary>All run on undisturbed.</summary>
    public static Heartbeat Steady { get; } = new([], []);
}
