using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>Stores the end of a run. A result that waits for room on the disk is better than one that is lost, but not for ever: its worker waits with it.</summary>
internal sealed class EndWriter(IProcessStore store, TimeProvider time, SafeLogger<EndWriter> logger)
{
    /// <summary>The time after which a process ends without its result, which may be what there is no room for.</summary>
    private static readonly TimeSpan LongestForResult = TimeSpan.FromMinutes(2);

    /// <summary>A machine that was frozen has had the time and not the tries.</summary>
    private const int LeastTries = 5;

    /// <summary>Returns false where the end is not stored: another run has taken over, the host stops, or nothing helped.</summary>
    public async Task<bool> WriteAsync(LiveProcess live, ProcessOutcome outcome)
    {
        await using var body = outcome.Body;
        if (!live.TryBeginEnd())
        {
            Log.Fenced(logger, live.Id);
            return false;
        }

        outcome = Complete(outcome, live);
        var began = time.GetTimestamp();
        var pace = new LogPace(time);
        for (var tries = 1; ; tries++)
        {
            var (isStored, failure) = await TryAsync(live, outcome);
            if (failure is null)
                return isStored;

            if (failure is DamagedContentException && outcome.Body is not null)
            {
                Log.ResultNotShown(logger, live.Id, live.Id.Reference, failure);
                outcome = WithoutResult(outcome, failure);
                continue;
            }

            live.EndIsWaiting = true;
            if (pace.IsDue())
                Log.EndNotStored(logger, live.Id, failure);
            var waited = tries < LeastTries ? TimeSpan.Zero : time.GetElapsedTime(began);

            // Where the disk has no room for a result, it has for its end. Where the store is away, the result is kept until it is back.
            if (outcome.Body is not null && (live.CancelRequested || live.Stopping || waited >= LongestForResult)
                && await TryAsync(live, WithoutResult(outcome, failure)) is { Failure: null } end)
            {
                Log.ResultNotShown(logger, live.Id, live.Id.Reference, failure);
                return end.IsStored;
            }

            // It shows no sign of life from then on, so that it ends as one whose server stopped.
            if (live.Stopping || waited >= StorePatience.LongestAway)
            {
                Log.EndGivenUp(logger, live.Id, failure);
                return false;
            }

            await WaitAsync(live);
        }
    }

    /// <summary>Stores the end in a transaction that is about to be committed.</summary>
    /// <exception cref="OperationCanceledException">Another run has taken over.</exception>
    public async Task WriteInAsync(LiveProcess live, ProcessOutcome outcome, ProcessTransaction transaction)
    {
        try
        {
            if (live.TryBeginEnd() && await store.FinishInAsync(live.Id, live.Fence, Complete(outcome, live), transaction))
                return;
        }
        catch (DamagedContentException exception)
        {
            throw new InvalidOperationException("A part of the result was lost before its end was stored.", exception);
        }

        live.NoteLost();
        throw new OperationCanceledException("Another run has taken over.");
    }

    private async Task<(bool IsStored, Exception? Failure)> TryAsync(LiveProcess live, ProcessOutcome outcome)
    {
        try
        {
            var isStored = await store.FinishAsync(live.Id, live.Fence, outcome);
            if (isStored)
                Log.Ended(logger, live.Id, outcome.State);
            else
                Log.Fenced(logger, live.Id);
            return (isStored, null);
        }
        catch (Exception exception)
        {
            return (false, exception);
        }
    }

    private static ProcessOutcome Complete(ProcessOutcome outcome, LiveProcess live)
    {
        var (progress, version) = live.Read();
        return outcome with { Progress = ProgressAtEnd(outcome.State, progress), Version = version + 1 };
    }

    private static ProcessProgress ProgressAtEnd(ProcessState end, ProcessProgress progress) => end switch
    {
        ProcessState.Scheduled => ProcessProgress.None,
        ProcessState.Succeeded => progress with { Percent = progress.Percent is null ? null : 100, Estimate = null, IsUncommitted = false },
        _ => progress with { Estimate = null },
    };

    private static ProcessOutcome WithoutResult(ProcessOutcome outcome, Exception exception) => new(ProcessState.Failed)
    {
        Progress = outcome.Progress,
        Version = outcome.Version,
        Reason = ProcessReason.ResultNotShown,
        Error = ErrorText.Of(exception),
    };

    /// <summary>Waits for the next try, and no longer once the run is canceled or the host stops.</summary>
    private async Task WaitAsync(LiveProcess live)
    {
        var called = live.Token.IsCancellationRequested ? CancellationToken.None : live.Token;
        await Task.Delay(StorePatience.RetryDelay, time, called).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
