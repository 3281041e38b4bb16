using AsyncViews.Running;

namespace AsyncViews.Commands;

/// <summary>Lists the nodes that share the store.</summary>
internal sealed class NodesCommand(INodeManager nodes, Node own) : Command
{
    public override string Name => "nodes";

    public override string Usage => "nodes: lists the nodes that share the store, each with the number of processes that run on it.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        new CommandLine(words).Argument(0, most: 0);
        foreach (var node in await nodes.ListAsync(cancellationToken))
        {
            if (node.Name != own.Name)
                await output.WriteLineAsync(Describe(node));
        }

        return Done;
    }

    public static string Describe(NodeStatus node) => $"{node.Name}: {node.Running} running{(node.IsDraining ? ", takes no more" : "")}";
}
