namespace AsyncViews;

/// <summary>Manages the nodes that share the application's store, from its own code.</summary>
public interface INodeManager
{
    /// <summary>Lists this node and those that share its store and are not known to be dead. Commands that run just now are among them.</summary>
    Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets nodes take no more processes, so that they can be stopped without cutting a run short. They still take submissions,
    /// answer polls and deliver results, and what waits starts on other nodes. Nothing undoes it but a restart.
    /// </summary>
    /// <param name="node">The name of a node, or that of its machine or container, with or without a hyphen and the number of its process; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting for the nodes' answers, and not the drain.</param>
    /// <returns>
    /// These nodes, as soon as all of them drain, or after a lease; empty if there are none. Call <see cref="ListAsync"/>, or this
    /// once more, until each of them <see cref="NodeStatus.IsDrained"/>.
    /// </returns>
    Task<IReadOnlyList<NodeStatus>> DrainAsync(string? node = null, CancellationToken cancellationToken = default);
}
