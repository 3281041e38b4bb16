using AsyncViews.Jobs;

namespace AsyncViews.Commands;

/// <summary>Schedules a registered job.</summary>
internal sealed class ScheduleCommand(JobTypes jobs, JobScheduler scheduler) : Command
{
    public override string Name => "schedule";

    public override string Usage =>
        "schedule <job> [arguments as JSON] [--not-before <time>] [--start-before <time>] [--priority 0-100] [--max-attempts 1-100] [--title <text>] [--identity <text>]: " +
        $"schedules a job and prints its process id. Jobs: {string.Join(", ", jobs.Names)}.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CommandLine(words, "not-before=", "start-before=", "priority=", "max-attempts=", "title=", "identity=");
        var name = line.Argument(0, most: 2) ?? throw new UsageException("Specify the name of the job.");
        var job = jobs.FindByName(name) ?? throw new UsageException($"There is no job '{name}'.");
        var options = new ScheduleOptions
        {
            NotBefore = line.Time("not-before"),
            StartBefore = line.Time("start-before"),
            Priority = line.Number("priority", 0, 100) ?? ScheduleOptions.DefaultPriority,
            MaxAttempts = line.Number("max-attempts", 1, 100),
            Title = line.Text("title"),
            Identity = line.Text("identity"),
        };
        await output.WriteLineAsync((await scheduler.ScheduleAsync(job, Read(job, line.Argument(1, most: 2) ?? "{}"), options, cancellationToken)).ToString());
        return Done;
    }

    private static object Read(JobType job, string json)
    {
        try
        {
            return JobArguments.Parse(json, job.Args);
        }
        catch (Exception exception) when (JobArguments.IsMisfit(exception))
        {
            throw new UsageException($"The arguments cannot be read as {job.Args.Name} in JSON: {exception.Message}");
        }
    }
}
