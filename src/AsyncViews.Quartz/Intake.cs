using System.Collections.Concurrent;
using AsyncViews.Running;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>
/// The permits that this node takes: those for the types that it can run, from the start of the engine until the node drains or
/// stops. Those that wait for room for anonymous people are taken only while there is some, since a permit that is not used has
/// to be written anew. Of an application's own threads, all permits together get as many as there are workers.
/// </summary>
internal sealed class Intake(SharedScheduler shared, Workers workers) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ConcurrentDictionary<string, int> _inUse = new();
    private CancellationTokenRegistration _closing;
    private bool _hasOpened;

    /// <summary>Tells whether a permit has come to nothing here since anonymous people last had less than they may have.</summary>
    private volatile bool _isNarrow;

    /// <summary>Tells whether this node takes permits. One that it took and could not use would come back to it at once.</summary>
    public bool IsOpen => _hasOpened && !workers.Stopping.IsCancellationRequested;

    /// <summary>Tells whether more permits are in use than there are workers, in threads that the application has for other jobs, too.</summary>
    public bool IsCrowded => !shared.IsOwned && CountInUse() > workers.Count;

    /// <summary>Tells whether a permit may run one process after the other: nobody else needs its thread, or waits for it to end.</summary>
    public bool LetsPermitsStay => shared.IsOwned && !_isNarrow;

    /// <summary>Takes nothing until it is opened, even if somebody else starts the scheduler.</summary>
    public Task BeginClosedAsync(CancellationToken cancellationToken) => LimitAsync(cancellationToken);

    /// <summary>Takes permits from now on, until this node takes nothing more.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _hasOpened = true;
        await LimitAsync(cancellationToken);
        _closing = workers.Stopping.UnsafeRegister(_ => _ = LimitAsync(CancellationToken.None), null);
    }

    /// <summary>Looks for permits now, also for those of types that have come since the last time, and of those for which there is room again.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken = default)
    {
        if (!IsOpen)
            return;

        if (_isNarrow && workers.FreeForAnonymous >= workers.CountForAnonymous)
            _isNarrow = false;
        await LimitAsync(cancellationToken);
        await shared.SignalAsync(cancellationToken);
    }

    /// <summary>Takes account of a permit that came to nothing: anonymous people have all that they may have here.</summary>
    public Task NarrowAsync()
    {
        _isNarrow = true;
        return LimitAsync();
    }

    /// <summary>Takes account of room that there may be again.</summary>
    public ValueTask UsedAsync() => _isNarrow || !shared.IsOwned ? LookAsync() : ValueTask.CompletedTask;

    /// <summary>Counts a permit of this execution group as used until it is disposed.</summary>
    public IDisposable Use(string group) => new InUse(_inUse, group);

    /// <summary>Sets the limits by what is so now. Those that the application has set meanwhile have replaced them.</summary>
    public async Task LimitAsync(CancellationToken cancellationToken = default)
    {
        var scheduler = await shared.GetAsync(cancellationToken);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var limits = OfApplication(await scheduler.GetExecutionLimits(cancellationToken)).ForGroupsWithPrefix(Permits.Prefix, 0);
            var free = Math.Max(workers.Count - CountInUse(), 0);
            foreach (var type in IsOpen ? workers.Types : new HashSet<ProcessType>())
            {
                string group = Permits.GroupOf(type), patient = Permits.PatientGroupOf(type);
                limits.ForGroup(group, shared.IsOwned ? workers.Count : _inUse.GetValueOrDefault(group) + free);
                limits.ForGroup(patient, LetsPermitsStay ? workers.CountForAnonymous : _inUse.GetValueOrDefault(patient) + Math.Min(free, workers.FreeForAnonymous));
            }

            await scheduler.SetExecutionLimits(limits.Build(), cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        _changing.Dispose();
    }

    private int CountInUse() => _inUse.Values.Sum();

    /// <summary>Copies the limits that the application has set itself, which hold on.</summary>
    private static ExecutionLimitsBuilder OfApplication(ExecutionLimits? limits)
    {
        var copy = ExecutionLimitsBuilder.Create();
        foreach (var (group, most, scope) in limits?.Groups ?? [])
        {
            if ((group.Prefix ?? group.Name)?.StartsWith(Permits.Prefix, StringComparison.Ordinal) == true)
                continue;

            if (group.Prefix is { } prefix && most is { } ofPrefix)
                copy.ForGroupsWithPrefix(prefix, ofPrefix, scope);
            else if (group.IsOtherGroups && most is { } ofOthers)
                copy.ForOtherGroups(ofOthers, scope);
            else if (group.IsDefault && most is { } ofDefault)
                copy.ForDefaultGroup(ofDefault, scope);
            else if (group.Name is { } name && most is { } ofGroup)
                copy.ForGroup(name, ofGroup, scope);
            else if (group.Name is { } unlimited)
                copy.Unlimited(unlimited);
        }

        return limits is { UsesTriggerGroupWhenUnset: true } ? copy.UseTriggerGroupWhenUnset() : copy;
    }

    private sealed class InUse : IDisposable
    {
        private readonly ConcurrentDictionary<string, int> _inUse;
        private readonly string _group;

        public InUse(ConcurrentDictionary<string, int> inUse, string group)
        {
            (_inUse, _group) = (inUse, group);
            inUse.AddOrUpdate(group, 1, (_, count) => count + 1);
        }

        public void Dispose() => _inUse.AddOrUpdate(_group, 0, (_, count) => count - 1);
    }
}
