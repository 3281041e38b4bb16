using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>Keeps the store in order: removes what has expired, ends lost runs, has the engine look for what it may have lost.</summary>
internal sealed class Sweeper(
    IProcessStore store,
    Handover handover,
    LiveProcesses live,
    ProcessTypes types,
    StallWatch stall,
    ClockWatch clock,
    Node node,
    Contact contact,
    Telemetry telemetry,
    TimeProvider time,
    IOptions<AsyncViewsOptions> options,
    SafeLogger<Sweeper> logger)
{
    /// <summary>Why the last sweep failed; null where it did not, and before the first.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Sweeps at its interval until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await SweepAsync(cancellationToken);
                Failure = null;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The same reason as before is told without its stack.
                if (Failure?.Message == exception.Message)
                    Log.SweepFailedAgain(logger, exception.Message);
                else
                    Log.SweepFailed(logger, exception);
                Failure = exception;
                telemetry.NotInspected();
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (clock.FindJump() is { } jump)
            Log.ClockAhead(logger, jump);
        else
            await store.SweepAsync(cancellationToken);
        await store.SettleAsync(cancellationToken);
        await store.RecoverAsync(node.Lease, live.All.Select(process => process.Id).ToHashSet(), contact.IsUnbroken, cancellationToken);
        await store.MissUnknownAsync(types.All, options.Value.UnknownTypeTimeout, cancellationToken);
        await handover.CatchUpAsync(cancellationToken);
        live.Prune();

        var inspection = await store.InspectAsync(node.Lease, cancellationToken);
        stall.Look(inspection);
        var oldestWait = inspection.OldestQueuedAt is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero;
        telemetry.Inspected(inspection.Queued, inspection.Stuck, inspection.UnknownTypes(types.All).Count, oldestWait);
    }
}
