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

    /// <summary>All run on undisturbed.</summary>
    public static Heartbeat Steady { get; } = new([], []);
}
