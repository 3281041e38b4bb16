using System.Globalization;
using AsyncViews.Jobs;

namespace AsyncViews.Commands;

/// <summary>Lists recurring work with its next start.</summary>
internal sealed class RecurringCommand(IEnumerable<RecurringWork> works, IProcessManager processes) : Command
{
    public override string Name => "recurring";

    public override string Usage => "recurring: lists the recurring work of this application, each with its times and its next start.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        new CommandLine(words).Argument(0, most: 0);
        var waiting = (await RecurringStarts.FindWaitingAsync(processes, cancellationToken)).ToLookup(start => start.Name);
        foreach (var work in works.OrderBy(work => work.Name, StringComparer.Ordinal))
            await output.WriteLineAsync($"{work.Name}: {work.Pattern}, {(waiting[work.Name].FirstOrDefault() is { } next ? $"next {next.Due.ToString("u", CultureInfo.InvariantCulture)} as {next.Id}" : "no start waits")}");
        return Done;
    }
}
