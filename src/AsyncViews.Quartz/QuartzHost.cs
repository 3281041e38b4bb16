using Microsoft.Extensions.Hosting;

namespace AsyncViews.Quartz;

/// <summary>Creates the scheduler with the host, which takes nothing yet, and shuts it down after the last run unless somebody else does.</summary>
internal sealed class QuartzHost(SharedScheduler shared, Intake intake, PermitWriter writer, Replenishment replenishment) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await intake.BeginClosedAsync(cancellationToken);
        writer.Start();
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        replenishment.Stop();
        await writer.StopAsync();
        await shared.ShutDownAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
