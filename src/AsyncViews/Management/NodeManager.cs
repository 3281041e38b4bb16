using AsyncViews.Progress;
using AsyncViews.Running;
using AsyncViews.Storage;

namespace AsyncViews.Management;

internal sealed class NodeManager(IProcessStore store, LiveProcesses live, Node own, Drain drain, ProcessTypes types, TimeProvider time) : INodeManager
{
    private const int MostProcesses = 100;

    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);

    public async Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken = default) => [Own(), .. await store.ListOtherNodesAsync(cancellationToken)];

    public async Task<IReadOnlyList<NodeStatus>> DrainAsync(string? node = null, CancellationToken cancellationToken = default)
    {
        var named = (await ListAsync(cancellationToken)).Select(status => status.Name).Where(name => node is null || Node.IsMeant(name, node)).ToHashSet();
        await store.RequestDrainAsync([.. named.Where(name => name != own.Name)], cancellationToken);
        if (named.Contains(own.Name))
            await drain.BeginAsync();

        for (var began = time.GetTimestamp(); ; await Task.Delay(AskInterval, time, cancellationToken))
        {
            NodeStatus[] nodes = [.. (await ListAsync(cancellationToken)).Where(status => named.Contains(status.Name))];
            if (nodes.All(status => status.IsDraining) || time.GetElapsedTime(began) >= own.Lease)
                return nodes;
        }
    }

    private NodeStatus Own()
    {
        ProcessId[] running = [.. live.All.Select(process => process.Id)];
        return new NodeStatus(own.Name, drain.HasBegun, running.Length)
        {
            Version = Node.Version,
            Types = [.. types.All],
            Processes = [.. running.Take(MostProcesses)],
        };
    }
}
