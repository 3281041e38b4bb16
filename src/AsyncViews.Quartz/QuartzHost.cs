using Microsoft.Extensions.Hosting;

namespace AsyncViews.Quartz;

/// <summary>Creates the scheduler with the host, stops taking permits with it, and shuts down after the last run what nobody else does.</summary>
internal sealed class QuartzHost(SharedScheduler shared, Intake intake, Replenishment replenishment) : IHostedLifecycleService
{
    public Task StartAsync(CancellationToken cancellationToken) => intake.CloseAsync(cancellationToken);

    public Task StoppingAsync(CancellationToken cancellationToken) => intake.CloseAsync(cancellationToken);

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        replenishment.Stop();
        if (shared.IsOwned)
            await (await shared.GetAsync(cancellationToken)).Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
