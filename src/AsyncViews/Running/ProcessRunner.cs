using System.Diagnostics;
using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Submissions;

namespace AsyncViews.Running;

/// <summary>Runs one process that was claimed: rebuild → run → finish.</summary>
internal sealed class ProcessRunner(
    IProcessStore store, ProcessTypes types, LiveProcesses liveProcesses, RunEnds ends, EndWriter writer, RunHistory history, Cultures cultures, ProcessContextAccessor accessor,
    Handover handover, Quotas quotas, Telemetry telemetry, TimeProvider time, SafeLogger<ProcessRunner> logger)
{
    /// <summary>Returns when its outcome is stored, or cannot be. Never throws.</summary>
    public async Task RunAsync(ClaimedRun run)
    {
        var (record, live) = (run.Claimed.Record, run.Live);
        ProcessOutcome? outcome = null;
        var isStored = false;
        try
        {
            Log.Started(logger, record.Id, record.Fence);
            telemetry.Started(record.Type, record.Waited);
            var began = time.GetTimestamp();

            outcome = await ExecuteAsync(run.Claimed, live);
            var endsIn = live.EndsIn;
            if (!live.HasEnded)
                live.EndsIn = null;

            var duration = time.GetElapsedTime(began);
            telemetry.Ended(record.Type, outcome?.State ?? ProcessState.Interrupted, duration);
            if (outcome?.State == ProcessState.Succeeded)
                history.Add(record.Type, duration);
            if (outcome is not null)
                isStored = live.HasEnded || await writer.WriteAsync(live, outcome);
            else if (live.IsLost)
                Log.Fenced(logger, record.Id);
            if (!live.HasEnded && endsIn is not null && await FollowCommitAsync(live, endsIn))
                (isStored, outcome) = (true, new ProcessOutcome(ProcessState.Succeeded));
        }
        catch (Exception exception)
        {
            Log.RunFailed(logger, record.Id, exception);
        }
        finally
        {
            liveProcesses.Remove(live, hasEnded: isStored && outcome?.State != ProcessState.Scheduled);
        }

        if (isStored && outcome is { State: ProcessState.Scheduled } next)
            await handover.ScheduleAsync(new WaitingProcess(record.Id, record.Type, next.NotBefore, StartBefore: null, record.Terms.NextPriority));
        if (isStored)
            await GiveBackAsync(record);
    }

    /// <summary>Does what was to follow the commit of the transaction with its end, if only the commit's answer was lost. Returns false if it was not committed.</summary>
    private async Task<bool> FollowCommitAsync(LiveProcess live, ProcessTransaction endsIn)
    {
        if (await store.FindAsync(live.Id) is not { State: ProcessState.Succeeded } record || record.Fence != live.Fence)
            return false;

        Log.Ended(logger, live.Id, record.State);
        try
        {
            await endsIn.CommittedAsync();
        }
        catch (AggregateException exception)
        {
            Log.FailedAfterCommit(logger, live.Id, exception);
        }

        return true;
    }

    private async Task GiveBackAsync(ProcessRecord record)
    {
        try
        {
            await quotas.GiveBackAsync(record);
        }
        catch (Exception exception)
        {
            // The next sweep finds what waits.
            Log.NotHandedOver(logger, record.Id, exception);
        }
    }

    /// <summary>Null where no end is to be stored: the start that is left begins after the restart, or another run has taken over.</summary>
    private async Task<ProcessOutcome?> ExecuteAsync(ClaimedProcess claim, LiveProcess live)
    {
        Activity? activity = null;
        try
        {
            var submission = Submission.Deserialize(claim.Submission);
            activity = telemetry.StartRun(claim.Record.Type, submission.TraceParent, submission.TraceState);
            cultures.Set(submission);
            var progress = new ProgressWriter(live, store, history, time, logger);
            var process = new ProcessContext(live.Id, live.Fence, claim.Record.Owner, submission.ReadUser(), progress.Report, progress.ReportUnmeasurable, progress.ReportTooLong, live.Token)
            {
                Lane = claim.Record.Lane,
                IsAnonymous = claim.Record.IsAnonymous,
                Messages = new RunMessages(store, live, time, logger),
                Transactions = new RunTransactions(live, progress, store, writer),
            };
            accessor.Process = process;
            progress.Begin();

            return await types.WorkOf(claim.Record.Type).RunAsync(claim, submission, process);
        }
        catch (Exception exception) when (live.HasEnded)
        {
            Log.FailedAfterCommit(logger, live.Id, exception);
            return new ProcessOutcome(ProcessState.Succeeded);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            return ends.Of(exception, live);
        }
        finally
        {
            telemetry.EndRun(activity);
        }
    }
}
