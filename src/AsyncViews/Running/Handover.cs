using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Running;

/// <summary>
/// Tells the engine what waits and what does not any more, and then the other nodes. What an engine cannot be told is in the
/// store all the same, and never an error of whoever stored it.
/// </summary>
/// <param name="services">Asked for the engine at the first word to it: an engine needs workers, and these hand over next attempts.</param>
/// <param name="store">Tells the other nodes.</param>
/// <param name="logger">Notes what could not be told.</param>
internal sealed class Handover(IServiceProvider services, IProcessStore store, SafeLogger<Handover> logger)
{
    private IProcessEngine Engine => field ??= services.GetRequiredService<IProcessEngine>();

    private Workers Workers => field ??= services.GetRequiredService<Workers>();

    /// <summary>Stores a process under no quota with a limit. If a start is returned, this node has claimed the process with the same write, and nobody else need be told.</summary>
    /// <returns>What the store has done, and the start of the run, which is to be called; null if it was not claimed.</returns>
    public async ValueTask<(AddResult Added, Action? Start)> AddAsync(NewProcess process) =>
        Engine.StartsAtOnce ? await Workers.AddAsync(process) : (await store.AddAsync(process), null);

    /// <returns>Whether it starts here and now.</returns>
    public async ValueTask<bool> ScheduleAsync(WaitingProcess process)
    {
        try
        {
            return await Engine.ScheduleAsync(process);
        }
        catch (Exception exception)
        {
            Log.NotHandedOver(logger, process.Id, exception);
            return false;
        }
        finally
        {
            store.Announce(ProcessChange.Waiting(process.Id, process.Due, process.StartBefore));
        }
    }

    /// <summary>Tells the engine of a process, unless it still waits for others.</summary>
    public async ValueTask ScheduleAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await store.FindAsync(id, cancellationToken) is { WaitsFor: 0 } record)
                await ScheduleAsync(WaitingProcess.Of(record));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotHandedOver(logger, id, exception);
        }
    }

    public async ValueTask CancelAsync(ProcessId id)
    {
        try
        {
            await Engine.CancelAsync(id);
        }
        catch (Exception exception)
        {
            Log.CancelNotHandedOver(logger, id, exception);
        }
    }

    public ValueTask WakeAsync(CancellationToken cancellationToken) => WakeAsync(Engine.WakeAsync, cancellationToken);

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => WakeAsync(Engine.CatchUpAsync, cancellationToken);

    private async ValueTask WakeAsync(Func<CancellationToken, ValueTask> wake, CancellationToken cancellationToken)
    {
        try
        {
            await wake(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.EngineNotWoken(logger, exception);
        }
    }
}
