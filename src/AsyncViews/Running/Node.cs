namespace AsyncViews.Running;

/// <summary>This node, and how it proves that its runs are alive.</summary>
internal static class Node
{
    /// <summary>The same after a restart, so that a node finds what it left behind.</summary>
    public static string Name { get; } = Environment.MachineName;

    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>A run without a heartbeat for so long is lost.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
}
