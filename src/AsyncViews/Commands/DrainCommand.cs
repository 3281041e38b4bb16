using AsyncViews.Running;

namespace AsyncViews.Commands;

/// <summary>Lets nodes take no more processes.</summary>
internal sealed class DrainCommand(INodeManager nodes, Node own) : Command
{
    public override string Name => "drain";

    public override string Usage =>
        "drain <node or its machine> | drain --all: lets nodes take no more processes and shows how many still run on each. They go on serving requests. Exit code 1 as long as any run; repeat it until it is 0, then stop them.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CommandLine(words, "all");
        var name = line.Argument(0, most: 1);
        if ((name is null) == !line.Has("all"))
            throw new UsageException("Specify either --all or the name of a node or of its machine.");

        var drained = (await nodes.DrainAsync(name, cancellationToken)).Where(node => node.Name != own.Name).ToList();
        if (drained.Count == 0)
        {
            await output.WriteLineAsync(name is null ? "There are no other nodes." : $"There is no node '{name}'.");
            return name is null ? Done : Failed;
        }

        foreach (var node in drained)
            await output.WriteLineAsync(node.IsDraining ? NodesCommand.Describe(node) : $"{node.Name}: has not answered");
        return drained.All(node => node.IsDrained) ? Done : Failed;
    }
}
