namespace AsyncViews;

/// <summary>A node of the application.</summary>
/// <param name="Name">The name, which begins with that of its machine or container. No other start of a program has it.</param>
/// <param name="IsDraining">Whether it takes no more processes: it was told to drain, is about to stop, or has the role <see cref="NodeRole.Web"/>.</param>
/// <param name="Running">The number of processes that run on it.</param>
public sealed record NodeStatus(string Name, bool IsDraining, int Running)
{
    /// <summary>The version of the application, as its main assembly states it (InformationalVersion); null if it is unknown.</summary>
    public string? Version { get; init; }

    /// <summary>The types of processes that it can run. Empty before its first sweep.</summary>
    public IReadOnlyList<ProcessType> Types { get; init; } = [];

    /// <summary>The time of its last heartbeat; null for this node itself.</summary>
    public DateTimeOffset? LastBeatAt { get; init; }

    /// <summary>The processes that run on it, at most 100 of them.</summary>
    public IReadOnlyList<ProcessId> Processes { get; init; } = [];

    /// <summary>True if it can be stopped without cutting a run short.</summary>
    public bool IsDrained => IsDraining && Running == 0;
}
