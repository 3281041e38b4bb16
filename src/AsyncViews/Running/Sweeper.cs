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
    private IReadOnlyList<Exception> _failures = [];

    /// <summary>Why the last sweep failed; null where it did not, and before the first.</summary>
    public Exception? Failure => _failures is [var first, ..] ? first : null;

    /// <summary>Sweeps at its interval until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var failures = await SweepAsync(cancellationToken);
            foreach (var failure in failures.DistinctBy(failure => failure.Message))
            {
                // The same reason as before is told without its stack.
                if (_failures.Any(before => before.Message == failure.Message))
                    Log.SweepFailedAgain(logger, failure.Message);
                else
                    Log.SweepFailed(logger, failure);
            }

            if (failures.Count > 0)
                telemetry.NotInspected();
            _failures = failures;
        }
    }

    /// <summary>Takes every step, whatever becomes of those before it: where nothing can be removed, lost runs are recovered all the same.</summary>
    private async Task<List<Exception>> SweepAsync(CancellationToken cancellationToken)
    {
        var jump = clock.FindJump();
        if (jump is { } ahead)
            Log.ClockAhead(logger, ahead);

        // What is over by the clock alone waits until that can be believed.
        Func<CancellationToken, ValueTask>[] steps =
        [
            store.CheckAsync,
            .. jump is null ? ByTheClock : [],
            store.SettleAsync,
            token => RecoverAsync(judgesSilence: jump is null, token),
            handover.CatchUpAsync,
            InspectAsync,
        ];
        List<Exception> failures = [];
        foreach (var step in steps)
        {
            try
            {
                await step(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(exception);
            }
        }

        live.Prune();
        return failures;
    }

    private Func<CancellationToken, ValueTask>[] ByTheClock => [async token => await store.SweepAsync(token), MissUnknownAsync];

    private async ValueTask RecoverAsync(bool judgesSilence, CancellationToken cancellationToken) =>
        await store.RecoverAsync(node.Lease, live.All.Select(process => process.Id).ToHashSet(), judgesSilence && contact.IsUnbroken, cancellationToken);

    private async ValueTask MissUnknownAsync(CancellationToken cancellationToken) =>
        await store.MissUnknownAsync(types.All, options.Value.UnknownTypeTimeout, cancellationToken);

    private async ValueTask InspectAsync(CancellationToken cancellationToken)
    {
        var inspection = await store.InspectAsync(node.Lease, cancellationToken);
        stall.Look(inspection);
        var oldestWait = inspection.OldestQueuedAt is { } oldest ? store.Now - oldest : TimeSpan.Zero;
        telemetry.Inspected(inspection.Queued, inspection.Stuck, inspection.UnknownTypes(types.All).Count, oldestWait);
    }
}
