using System.Diagnostics;
using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Submissions;

namespace AsyncViews.Running;

/// <summary>Runs one process that was claimed: rebuild → run → finish.</summary>
internal sealed class ProcessRunner(
    IProcessStore store, ProcessTypes types, LiveProcesses liveProcesses, RunEnds ends, RunHistory history, Cultures cultures, ProcessContextAccessor accessor,
    Handover handover, Telemetry telemetry, TimeProvider time, SafeLogger<ProcessRunner> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Returns when its outcome is stored. Never throws.</summary>
    public async Task RunAsync(ClaimedRun run)
    {
        var (record, live) = (run.Claimed.Record, run.Live);
        ProcessOutcome? outcome = null;
        try
        {
            Log.Started(logger, record.Id, record.Fence);
            telemetry.Started(record.Type, record.StartedAt!.Value - record.WaitsSince);
            var began = time.GetTimestamp();

            outcome = await ExecuteAsync(run.Claimed, live);

            var duration = time.GetElapsedTime(began);
            telemetry.Ended(record.Type, outcome?.State ?? ProcessState.Interrupted, duration);
            if (outcome?.State == ProcessState.Succeeded)
                history.Add(record.Type, duration);
            if (outcome is not null)
                await FinishAsync(live, outcome);
            else if (live.IsLost)
                Log.Fenced(logger, record.Id);
        }
        catch (Exception exception)
        {
            Log.EndNotStored(logger, record.Id, exception);
        }
        finally
        {
            liveProcesses.Remove(live, hasEnded: !live.IsLost && outcome?.State != ProcessState.Scheduled);
        }

        if (outcome is { State: ProcessState.Scheduled } next)
            await handover.ScheduleAsync(new WaitingProcess(record.Id, record.Type, next.NotBefore, StartBefore: null, Math.Max(record.Terms.Priority - 1, 0)));
    }

    /// <summary>Null where no end is to be stored: the start that is left begins after the restart, or another run has taken over.</summary>
    private async Task<ProcessOutcome?> ExecuteAsync(ClaimedProcess claim, LiveProcess live)
    {
        Activity? activity = null;
        try
        {
            var submission = Submission.Deserialize(claim.Submission);
            activity = Telemetry.StartRun(claim.Record.Type, submission.TraceParent, submission.TraceState);
            cultures.Set(submission);
            var progress = new ProgressWriter(live, store, time, logger);
            var process = new ProcessContext(live.Id, live.Fence, claim.Record.Owner, submission.ReadUser(), progress.Report, progress.ReportUnmeasurable, live.Token)
            {
                Lane = claim.Record.Lane,
                IsAnonymous = claim.Record.IsAnonymous,
            };
            accessor.Process = process;

            return await types.WorkOf(claim.Record.Type).RunAsync(claim, submission, process);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            return ends.Of(exception, live);
        }
        finally
        {
            activity?.Dispose();
        }
    }

    /// <summary>Tries until it is stored: a result that waits for room on the disk is better than one that is lost.</summary>
    private async Task FinishAsync(LiveProcess live, ProcessOutcome outcome)
    {
        await using var body = outcome.Body;
        if (!live.TryBeginEnd())
        {
            Log.Fenced(logger, live.Id);
            return;
        }

        var (progress, version) = live.Read();
        progress = outcome.State switch
        {
            ProcessState.Scheduled => ProcessProgress.None,
            ProcessState.Succeeded when progress.Percent is not null => progress with { Percent = 100 },
            _ => progress,
        };
        while (true)
        {
            try
            {
                if (await store.FinishAsync(live.Id, live.Fence, outcome with { Progress = progress, Version = version + 1 }))
                    Log.Ended(logger, live.Id, outcome.State);
                else
                    Log.Fenced(logger, live.Id);
                return;
            }
            catch (StoreUnavailableException exception) when (!live.Stopping)
            {
                Log.EndNotStored(logger, live.Id, exception);
                await Task.Delay(RetryDelay, time);
            }
            catch (DamagedContentException exception)
            {
                // A sync that failed may have lost the bytes, and the next one would succeed without them.
                Log.ResultNotShown(logger, live.Id, live.Id.Reference, exception);
                outcome = new ProcessOutcome(ProcessState.Failed) { Reason = ProcessReason.ResultNotShown, Error = ErrorText.Of(exception) };
            }
        }
    }
}
