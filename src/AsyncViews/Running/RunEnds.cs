using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>Decides what an exception makes of a run.</summary>
internal sealed class RunEnds(ProcessTypes types, TimeProvider time, SafeLogger<RunEnds> logger)
{
    /// <summary>The outcome of a run that this exception ended; null where none is to be stored: the start that is left begins after the restart, or another run has taken over.</summary>
    public ProcessOutcome? Of(Exception exception, LiveProcess live)
    {
        switch (exception)
        {
            case Exception when live.IsLost:
                return null;

            case OperationCanceledException when live.CancelRequested:
                return new ProcessOutcome(ProcessState.Canceled);

            case OperationCanceledException when live.Stopping:
                return live.Claimed.MayStartAgain ? null : new ProcessOutcome(ProcessState.Interrupted);

            case RunNotAllowedException:
                Log.NotAuthorized(logger, live.Id);
                return new ProcessOutcome(ProcessState.Failed) { Reason = live.Fence > 1 ? ProcessReason.NotAllowedAgain : ProcessReason.NotAllowed };

            case Exception when NextAttempt(exception, live) is { } next:
                return next;

            default:
                return Failure(exception, live);
        }
    }

    private ProcessOutcome Failure(Exception exception, LiveProcess live)
    {
        var cause = exception is ResultNotShownException ? exception.InnerException! : exception;
        // Work that was rolled back is not done, whatever could not be shown of it.
        var isOfTheResult = exception is ResultNotShownException && !live.IsUnsaved;
        if (isOfTheResult)
            Log.ResultNotShown(logger, live.Id, live.Id.Reference, cause);
        else
            Log.Failed(logger, live.Id, live.Id.Reference, cause);
        return new ProcessOutcome(ProcessState.Failed)
        {
            Reason = cause switch
            {
                ResultTooLargeException when isOfTheResult => ProcessReason.ResultTooLarge,
                StoreUnavailableException when isOfTheResult => ProcessReason.NoRoom,
                DamagedContentException => ProcessReason.SubmissionDamaged,
                ArgumentsMisfitException => ProcessReason.ArgumentsMisfit,
                RunInvalidException => live.Fence > 1 ? ProcessReason.NoLongerValidAgain : ProcessReason.NoLongerValid,
                ResultNotSerializableException when !live.IsUnsaved => ProcessReason.ResultNotKept,
                _ => isOfTheResult ? ProcessReason.ResultNotShown : null,
            },
            Error = ErrorText.Of(cause),
        };
    }

    /// <summary>Null where it is not tried again.</summary>
    private ProcessOutcome? NextAttempt(Exception exception, LiveProcess live)
    {
        // What was rolled back is not done, so a view or a result that failed while it read is worth another attempt.
        if (live.IsUnsaved && exception is ResultNotShownException or ResultNotSerializableException)
            exception = exception.InnerException!;

        var record = live.Claimed;
        var failures = record.Failures.Count + 1;
        if (live.CancelRequested || failures >= record.Terms.MaxAttempts)
            return null;

        // The work itself was done, or may be, or cannot be: another attempt would do it twice, or come to the same.
        if (live.MayBeSaved || exception is ResultTooLargeException or ResultNotShownException or DamagedContentException or ArgumentsMisfitException or RunInvalidException)
            return null;

        try
        {
            var policy = types.WorkOf(record.Type).RetryOf(record.Type) ?? new RetryOnFailureAttribute(record.Terms.MaxAttempts);
            if (!policy.ShouldRetry(exception, failures))
                return null;

            var due = time.GetUtcNow() + policy.DelayAfter(failures);
            Log.TriedAgain(logger, record.Id, failures, due, exception);
            return new ProcessOutcome(ProcessState.Scheduled) { NotBefore = due, Error = ErrorText.Of(exception) };
        }
        catch (Exception inPolicy)
        {
            Log.RetryPolicyFailed(logger, record.Id, inPolicy);
            return null;
        }
    }
}
