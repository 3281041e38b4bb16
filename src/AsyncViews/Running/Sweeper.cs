using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>Opens the store, then keeps it in order: removes what has expired, ends lost runs, hands over again what an engine may have lost.</summary>
internal sealed class Sweeper(
    IProcessStore store,
    IProcessEngine engine,
    LiveProcesses live,
    ProcessTypes types,
    Telemetry telemetry,
    TimeProvider time,
    IOptions<AsyncViewsOptions> options,
    ILogger<Sweeper> logger) : BackgroundService
{
    /// <summary>Why the last sweep failed; null where it did not, and before the first.</summary>
    public Exception? Failure { get; private set; }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(Node.Name, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
                Failure = null;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failure = exception;
                telemetry.NotInspected();
                Log.SweepFailed(logger, exception);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await store.SweepAsync(cancellationToken);
        await store.RecoverAsync(Node.Lease, live.All.Select(process => process.Id).ToHashSet(), cancellationToken);
        await store.MissUnknownAsync(types.All, options.Value.UnknownTypeTimeout, cancellationToken);
        await engine.WakeAsync(cancellationToken);
        live.Prune();

        var inspection = await store.InspectAsync(Node.Lease, cancellationToken);
        var oldestWait = inspection.OldestQueuedAt is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero;
        telemetry.Inspected(inspection.Queued, inspection.Stuck, inspection.UnknownTypes(types.All).Count, oldestWait);
    }
}
