using AsyncViews.Storage;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>The quotas of this application: who is under which, what may start, and who is told when a place is free.</summary>
internal sealed class Quotas(ProcessTypes types, IProcessStore store, Handover handover, IOptions<AsyncViewsOptions> options)
{
    /// <summary>The greatest number of processes under each that run at once.</summary>
    public IReadOnlyDictionary<string, int> Limits { get; } = options.Value.Quotas.AsReadOnly();

    /// <summary>Returns the name of the quota of this type; null for none.</summary>
    public string? Of(ProcessType type) => types.QuotaOf(type);

    /// <summary>Returns the greatest number of processes of this type that run at once.</summary>
    public int LimitOf(ProcessType type) => Of(type) is { } quota ? Limits.GetValueOrDefault(quota, int.MaxValue) : int.MaxValue;

    /// <summary>Returns how many of the queued processes of this type may start, as far as quotas are concerned.</summary>
    public int CountStartable(QueuedType type, StoreInspection inspection)
    {
        var running = inspection.Quotas.FirstOrDefault(use => use.Name == Of(type.Type))?.Running ?? 0;
        return Math.Clamp(LimitOf(type.Type) - running, 0, type.Queued);
    }

    /// <summary>Hands waiting processes over when a run has given its place back, since the engines may have come for them in vain.</summary>
    public async Task GiveBackAsync(ProcessRecord run)
    {
        if (run.Quota is not { } quota || !Limits.ContainsKey(quota))
            return;

        var isAnyWaiting = false;
        foreach (var type in types.All.Where(type => Of(type) == quota))
        {
            if (await store.ListAsync(new ProcessQuery { State = ProcessState.Queued, Type = type, Count = 1 }) is not [var waiting])
                continue;

            isAnyWaiting = true;
            await handover.ScheduleAsync(new WaitingProcess(waiting.Id, type, Due: null, StartBefore: null, waiting.Terms.Priority));
        }

        // The process that waited may run already with the permit of another one, which then has none.
        if (!isAnyWaiting)
            await handover.CatchUpAsync(CancellationToken.None);
    }
}
