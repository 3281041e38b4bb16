using AsyncViews.Running;

namespace AsyncViews.Quartz;

/// <summary>
/// Runs processes when Quartz says so, on the node that it chooses. Each process gets a permit after it is stored, and a node that
/// dies between the two leaves that to the next sweep.
/// </summary>
internal sealed class QuartzEngine(SharedScheduler shared, Workers workers, Permits permits, Intake intake, Replenishment replenishment) : IProcessEngine
{
    private bool _isStarted;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await intake.OpenAsync(cancellationToken);
        if (shared.IsOwned)
            await (await shared.GetAsync(cancellationToken)).Start(cancellationToken);
        _isStarted = true;
    }

    public Task StopAsync(CancellationToken cancellationToken) => intake.CloseAsync(cancellationToken);

    public async ValueTask<bool> ScheduleAsync(WaitingProcess process, CancellationToken cancellationToken = default)
    {
        if (process.StartBefore is { } latest)
            replenishment.At(latest);
        try
        {
            await permits.AddAsync(process.Type, process.Due, cancellationToken);
        }
        catch (Exception)
        {
            replenishment.Owe(process);
            throw;
        }

        return _isStarted && workers.HasRoom;
    }

    /// <summary>A permit too many finds nothing to run.</summary>
    public ValueTask CancelAsync(ProcessId id, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask WakeAsync(CancellationToken cancellationToken = default) => _isStarted ? shared.SignalAsync(cancellationToken) : ValueTask.CompletedTask;

    public async ValueTask CatchUpAsync(CancellationToken cancellationToken = default)
    {
        await replenishment.RunAsync(cancellationToken);
        await WakeAsync(cancellationToken);
    }
}
