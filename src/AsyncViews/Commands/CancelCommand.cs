namespace AsyncViews.Commands;

/// <summary>Cancels what has not started.</summary>
internal sealed class CancelCommand(IProcessManager processes, IJobScheduler jobs) : Command
{
    public override string Name => "cancel";

    public override string Usage => "cancel <process id> | cancel --identity <identity>: cancels one process, or the waiting jobs with this identity.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CommandLine(words, "identity=");
        var text = line.Argument(0, most: 1);
        if ((text is null) == (line.Text("identity") is null))
            throw new UsageException("Specify either a process id or an identity.");

        if (text is null)
        {
            var count = await jobs.DescheduleIdentityAsync(line.Text("identity")!, cancellationToken);
            await output.WriteLineAsync($"{count} canceled.");
            return count > 0 ? Done : Failed;
        }

        if (!ProcessId.TryParse(text, out var id))
            throw new UsageException($"'{text}' is not a process id.");

        var outcome = await processes.CancelAsync(id, cancellationToken);
        await output.WriteLineAsync($"{id}: {outcome}");
        return outcome is CancelOutcome.Canceled or CancelOutcome.Requested ? Done : Failed;
    }
}
