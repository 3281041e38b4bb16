using System.Diagnostics;
using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Running;

/// <summary>Runs one process: claim → rebuild → run → finish.</summary>
public sealed class ProcessRunner
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly IProcessStore _store;
    private readonly ProcessTypes _types;
    private readonly LiveProcesses _live;
    private readonly RunHistory _history;
    private readonly Cultures _cultures;
    private readonly ProcessContextAccessor _accessor;
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<ProcessRunner> _logger;

    internal ProcessRunner(
        IProcessStore store, ProcessTypes types, LiveProcesses live, RunHistory history, Cultures cultures, ProcessContextAccessor accessor,
        Telemetry telemetry, TimeProvider time, ILogger<ProcessRunner> logger)
    {
        _store = store;
        _types = types;
        _live = live;
        _history = history;
        _cultures = cultures;
        _accessor = accessor;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    /// <summary>Runs the process if nobody else has taken it, and returns when its outcome is stored. Never throws.</summary>
    public async Task RunAsync(ProcessId id)
    {
        try
        {
            if (await ClaimAsync(id) is var (claim, live))
                await RunAsync(claim, live);
        }
        catch (Exception exception)
        {
            Log.EndNotStored(_logger, id, exception);
        }
    }

    private async Task<(ClaimedProcess Claim, LiveProcess Live)?> ClaimAsync(ProcessId id)
    {
        if (!_live.TryBeginClaim(id))
            return null;

        try
        {
            return await _store.ClaimAsync(id, Node.Name) is { } claim ? (claim, await _live.AddAsync(claim.Record)) : null;
        }
        catch (Exception exception)
        {
            // It stays queued. Whoever hands it over again at once would find the store as it is now.
            Log.NotClaimed(_logger, id, RetryDelay, exception);
            await Task.Delay(RetryDelay, _time);
            return null;
        }
        finally
        {
            _live.EndClaim(id);
        }
    }

    private async Task RunAsync(ClaimedProcess claim, LiveProcess live)
    {
        var record = claim.Record;
        ProcessOutcome? outcome = null;
        try
        {
            Log.Started(_logger, record.Id, record.Fence);
            _telemetry.Started(record.Type, record.StartedAt!.Value - record.WaitsSince);
            var began = _time.GetTimestamp();

            outcome = await ExecuteAsync(claim, live);

            var duration = _time.GetElapsedTime(began);
            _telemetry.Ended(record.Type, outcome?.State ?? ProcessState.Interrupted, duration);
            if (outcome?.State == ProcessState.Succeeded)
                _history.Add(record.Type, duration);
            if (outcome is not null)
                await FinishAsync(live, outcome);
        }
        finally
        {
            _live.Remove(live, hasEnded: outcome?.State != ProcessState.Scheduled);
        }
    }

    private async Task<ProcessOutcome?> ExecuteAsync(ClaimedProcess claim, LiveProcess live)
    {
        Activity? activity = null;
        try
        {
            var submission = Submission.Deserialize(claim.Submission);
            activity = Telemetry.StartRun(claim.Record.Type, submission.TraceParent, submission.TraceState);
            _cultures.Set(submission);
            var progress = new ProgressWriter(live, _store, _time, _logger);
            var process = new ProcessContext(live.Id, live.Fence, claim.Record.Owner, submission.ReadUser(), progress.Report, progress.ReportUnmeasurable, live.Token);
            _accessor.Process = process;

            return await _types.WorkOf(claim.Record.Type).RunAsync(claim, submission, process);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            return OutcomeOf(exception, live);
        }
        finally
        {
            activity?.Dispose();
        }
    }

    /// <summary>Null where no end is to be stored: the start that is left begins after the restart.</summary>
    private ProcessOutcome? OutcomeOf(Exception exception, LiveProcess live)
    {
        switch (exception)
        {
            case OperationCanceledException when live.CancelRequested:
                return new ProcessOutcome(ProcessState.Canceled);

            case OperationCanceledException when live.Stopping:
                return live.Claimed.MayStartAgain ? null : new ProcessOutcome(ProcessState.Interrupted);

            case RunNotAllowedException:
                Log.NotAuthorized(_logger, live.Id);
                return new ProcessOutcome(ProcessState.Failed) { Reason = ProcessReason.NotAllowed };

            case Exception when NextAttempt(exception, live) is { } next:
                return next;

            default:
                var isOfTheResult = exception is ResultNotShownException;
                var cause = isOfTheResult ? exception.InnerException! : exception;
                if (isOfTheResult)
                    Log.ResultNotShown(_logger, live.Id, live.Id.Reference, cause);
                else
                    Log.Failed(_logger, live.Id, live.Id.Reference, cause);
                return new ProcessOutcome(ProcessState.Failed)
                {
                    Reason = cause switch
                    {
                        ResultTooLargeException => ProcessReason.ResultTooLarge,
                        StoreUnavailableException => ProcessReason.NoRoom,
                        DamagedContentException => ProcessReason.SubmissionDamaged,
                        ArgumentsMisfitException => ProcessReason.ArgumentsMisfit,
                        RunInvalidException => ProcessReason.NoLongerValid,
                        ResultNotSerializableException => ProcessReason.ResultNotKept,
                        _ => isOfTheResult ? ProcessReason.ResultNotShown : null,
                    },
                    Error = cause.ToString(),
                };
        }
    }

    /// <summary>Null where it is not tried again.</summary>
    private ProcessOutcome? NextAttempt(Exception exception, LiveProcess live)
    {
        var record = live.Claimed;
        var failures = record.Failures.Count + 1;
        if (live.CancelRequested || failures >= record.MaxAttempts)
            return null;

        // The work itself was done, or cannot be: another attempt would do it twice, and come to the same.
        if (exception is ResultTooLargeException or ResultNotShownException or ResultNotSerializableException or DamagedContentException or ArgumentsMisfitException or RunInvalidException)
            return null;

        try
        {
            var policy = _types.WorkOf(record.Type).RetryOf(record.Type) ?? new RetryOnFailureAttribute(record.MaxAttempts);
            if (!policy.ShouldRetry(exception, failures))
                return null;

            var due = _time.GetUtcNow() + policy.DelayAfter(failures);
            Log.TriedAgain(_logger, record.Id, failures, due, exception);
            return new ProcessOutcome(ProcessState.Scheduled) { NotBefore = due, Error = exception.ToString() };
        }
        catch (Exception inPolicy)
        {
            Log.RetryPolicyFailed(_logger, record.Id, inPolicy);
            return null;
        }
    }

    /// <summary>Tries until it is stored: a result that waits for room on the disk is better than one that is lost.</summary>
    private async Task FinishAsync(LiveProcess live, ProcessOutcome outcome)
    {
        var (progress, version) = live.Read();
        progress = outcome.State switch
        {
            ProcessState.Scheduled => ProcessProgress.None,
            ProcessState.Succeeded when progress.Percent is not null => progress with { Percent = 100 },
            _ => progress,
        };
        await using var body = outcome.Body;
        while (true)
        {
            try
            {
                if (await _store.FinishAsync(live.Id, live.Fence, outcome with { Progress = progress, Version = version + 1 }))
                    Log.Ended(_logger, live.Id, outcome.State);
                else
                    Log.Fenced(_logger, live.Id);
                return;
            }
            catch (StoreUnavailableException exception) when (!live.Stopping)
            {
                Log.EndNotStored(_logger, live.Id, exception);
                await Task.Delay(RetryDelay, _time);
            }
        }
    }
}
