using AsyncViews.Storage;

namespace AsyncViews.Commands;

/// <summary>Prints the script that somebody runs who may create tables.</summary>
internal sealed class SchemaCommand(IProcessStore store) : Command
{
    public override string Name => "schema";

    public override string Usage => "schema: prints the script that creates or updates the tables of the store, for a role that may do so.";

    /// <summary>It could not be opened without its tables.</summary>
    public override bool OpensStore => false;

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        new CommandLine(words).Argument(0, most: 0);
        if (store is not IScriptedStore scripted)
            throw new UsageException("The store of this application needs no script: it creates and updates what it needs by itself.");

        await output.WriteLineAsync(await scripted.DescribeSchemaAsync(cancellationToken));
        return Done;
    }
}
