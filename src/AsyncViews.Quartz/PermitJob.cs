using AsyncViews.Running;
using AsyncViews.Storage;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>Uses a permit: runs what the store says is next. In a scheduler that AsyncViews has for itself, it goes on until nothing waits.</summary>
internal sealed class PermitJob(Workers workers, Intake intake, Permits permits, Replenishment replenishment, TimeProvider time) : IJob
{
    /// <summary>The difference between the clocks of a node and of the store is less, as a rule.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    public static readonly JobKey Key = new("permit", "asyncviews");

    /// <summary>Makes the job known, unless another node has. What has fired on a node that dies fires on another.</summary>
    public static async Task AddToAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        if (await scheduler.Exists(Key, cancellationToken))
            return;

        var job = JobBuilder.Create<PermitJob>().WithIdentity(Key).StoreDurably().RequestRecovery().Build();
        await scheduler.AddJob(job, AddJobOptions.Replacing, cancellationToken);
    }

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        // If a node has died, Quartz repeats its trigger without the execution group.
        var group = context.Trigger.ExecutionGroup ?? context.RecoveringTriggerKey!.Group;
        RunOutcome outcome;
        using (intake.Use(group))
            outcome = intake.IsCrowded ? RunOutcome.Stopping : await RunAsync(context.Trigger, cancellationToken);

        switch (outcome)
        {
            case RunOutcome.Ran:
            case RunOutcome.NothingToRun:
                await intake.UsedAsync();
                break;

            case RunOutcome.NoRoomForAnonymous:
                await intake.NarrowAsync();
                await GiveBackAsync(group, isPatient: true);
                break;

            default:
                // The permit would come back at once if the application had set limits of its own since.
                await intake.LimitAsync(CancellationToken.None);
                await GiveBackAsync(group, Permits.IsPatient(group));
                break;
        }

        // A permit may be missing now: another node may have used that of a process which it cannot run, or a claim held a place that is free again.
        replenishment.Soon();
    }

    /// <summary>Runs what is next. A permit costs more than most of what is to be done for a process, so it lasts until nothing waits if nobody minds.</summary>
    private async Task<RunOutcome> RunAsync(ITrigger permit, CancellationToken cancellationToken)
    {
        var outcome = await workers.RunNextAsync(cancellationToken);
        if (outcome == RunOutcome.NothingToRun && permits.IsPlanned(permit) && await WaitUntilDueAsync(cancellationToken))
            outcome = await workers.RunNextAsync(cancellationToken);
        while (outcome == RunOutcome.Ran && intake.LetsPermitsStay)
            outcome = await workers.RunNextAsync(cancellationToken);
        return outcome;
    }

    /// <summary>Waits for what is due in a moment by the store's clock, which may be a little behind this node's.</summary>
    /// <returns>Whether there may be something to run now.</returns>
    private async Task<bool> WaitUntilDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await workers.QueueDueAsync(cancellationToken) - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero && wait < LongestWait)
                await Task.Delay(wait + Rounding, time, cancellationToken);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task GiveBackAsync(string group, bool isPatient)
    {
        try
        {
            await permits.GiveBackAsync(group, isPatient);
        }
        catch (SchedulerException)
        {
            replenishment.Soon();
        }
    }
}
