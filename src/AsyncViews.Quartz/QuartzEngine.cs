using AsyncViews.Running;

namespace AsyncViews.Quartz;

/// <summary>
/// Runs processes when Quartz says so, on the node that it chooses. Each process gets a permit after it is stored, unless enough of
/// them wait, and a node that dies between the two leaves that to the next sweep.
/// </summary>
internal sealed class QuartzEngine(SharedScheduler shared, Workers workers, Permits permits, PermitWriter writer, Intake intake, Replenishment replenishment) : IProcessEngine
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await intake.OpenAsync(cancellationToken);
        await shared.StartAsync(cancellationToken);
    }

    /// <summary>The intake has closed by itself.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask<bool> ScheduleAsync(WaitingProcess process, CancellationToken cancellationToken = default)
    {
        if (process.StartBefore is { } latest)
            replenishment.At(latest);
        if (process.Due is not null || !writer.TryWrite(process.Type))
            await AddAsync(process, cancellationToken);
        return intake.IsOpen && workers.HasRoom;
    }

    /// <summary>A permit too many finds nothing to run.</summary>
    public ValueTask CancelAsync(ProcessId id, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask WakeAsync(CancellationToken cancellationToken = default) => intake.LookAsync(cancellationToken);

    public ValueTask CatchUpAsync(CancellationToken cancellationToken = default) => new(replenishment.RunAsync(cancellationToken));

    private async Task AddAsync(WaitingProcess process, CancellationToken cancellationToken)
    {
        try
        {
            await permits.AddAsync(process.Type, process.Due, cancellationToken);
        }
        catch (Exception)
        {
            replenishment.Soon();
            throw;
        }
    }
}
