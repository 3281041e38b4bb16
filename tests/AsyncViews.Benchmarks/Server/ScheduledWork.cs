using Quartz;

namespace AsyncViews.Benchmarks.Server;

/// <summary>The Quartz job that does nothing.</summary>
public sealed class ScheduledWork(RunLog runs) : IJob
{
    public const string Sent = "sent";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        runs.Started(context.MergedJobDataMap.GetLong(Sent));
        return ValueTask.CompletedTask;
    }
}
