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
        return Math.Clamp(Math.Min(LimitOf(type.Type) - running, inspection.Queued - CountBlocked(inspection)), 0, type.Queued);
    }

    /// <summary>Returns whether a queued process of this node's types may start, as far as quotas are concerned.</summary>
    public bool IsAnyStartable(StoreInspection inspection) =>
        inspection.Types.Where(type => types.All.Contains(type.Type)).Sum(type => type.Queued) > CountBlocked(inspection);

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

    /// <summary>Counts what waits under full quotas: those under which it was accepted, whatever its pages and jobs say now.</summary>
    private int CountBlocked(StoreInspection inspection) =>
        inspection.Quotas.Where(use => use.Running >= Limits.GetValueOrDefault(use.Name, int.MaxValue)).Sum(use => use.Queued);
}
