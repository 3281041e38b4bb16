using System.Collections.Concurrent;
using AsyncViews.Running;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>
/// The permits that this node takes: those for the types that it can run, from the start of the engine until the node drains or
/// stops. Those that wait for room for anonymous people are taken only while there is some, since a permit that is not used has
/// to be written anew.
/// </summary>
internal sealed class Intake(SharedScheduler shared, Workers workers) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ConcurrentDictionary<string, int> _patientInUse = new();
    private ExecutionLimits? _ofApplication;
    private IReadOnlySet<ProcessType>? _types;
    private CancellationTokenRegistration _closing;
    private bool _hasOpened;

    /// <summary>Tells whether a permit has come to nothing here since anonymous people last had less than they may have.</summary>
    private bool _isNarrow;

    /// <summary>Tells whether this node takes permits. One that it took and could not use would come back to it at once.</summary>
    public bool IsOpen => _hasOpened && !workers.Stopping.IsCancellationRequested;

    /// <summary>Takes nothing until it is opened, even if somebody else starts the scheduler.</summary>
    public Task BeginClosedAsync(CancellationToken cancellationToken) => LimitAsync(cancellationToken);

    /// <summary>Takes permits from now on, until this node takes nothing more.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _hasOpened = true;
        await LimitAsync(cancellationToken);
        _closing = workers.Stopping.UnsafeRegister(_ => _ = LimitAsync(CancellationToken.None), null);
    }

    /// <summary>Looks for permits now, also for those of types that have come since the last time.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken = default)
    {
        if (!IsOpen)
            return;

        if (_types != workers.Types)
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
    public async Task RunEndedAsync()
    {
        if (!_isNarrow)
            return;

        _isNarrow = workers.FreeForAnonymous < workers.CountForAnonymous;
        await LimitAsync();
        await LookAsync();
    }

    /// <summary>Counts a permit of this execution group as used until it is disposed.</summary>
    public IDisposable? Use(string group) => Permits.IsPatient(group) ? new PatientUse(_patientInUse, group) : null;

    public void Dispose()
    {
        _closing.Dispose();
        _changing.Dispose();
    }

    private async Task LimitAsync(CancellationToken cancellationToken = default)
    {
        var scheduler = await shared.GetAsync(cancellationToken);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            _ofApplication ??= await scheduler.GetExecutionLimits(cancellationToken) ?? ExecutionLimitsBuilder.Create().Build();
            _types = workers.Types;
            var limits = Copy(_ofApplication).ForGroupsWithPrefix(Permits.Prefix, 0);
            foreach (var type in IsOpen ? _types : new HashSet<ProcessType>())
            {
                var patient = Permits.PatientGroupOf(type);
                limits.ForGroup(Permits.GroupOf(type), workers.Count);
                limits.ForGroup(patient, _isNarrow ? _patientInUse.GetValueOrDefault(patient) + workers.FreeForAnonymous : workers.CountForAnonymous);
            }

            await scheduler.SetExecutionLimits(limits.Build(), cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>A copy, since the limits that the application has set itself hold on.</summary>
    private static ExecutionLimitsBuilder Copy(ExecutionLimits limits)
    {
        var copy = ExecutionLimitsBuilder.Create();
        foreach (var (group, most, scope) in limits.Groups)
        {
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

        return limits.UsesTriggerGroupWhenUnset ? copy.UseTriggerGroupWhenUnset() : copy;
    }

    private sealed class PatientUse : IDisposable
    {
        private readonly ConcurrentDictionary<string, int> _inUse;
        private readonly string _group;

        public PatientUse(ConcurrentDictionary<string, int> inUse, string group)
        {
            (_inUse, _group) = (inUse, group);
            inUse.AddOrUpdate(group, 1, (_, count) => count + 1);
        }

        public void Dispose() => _inUse.AddOrUpdate(_group, 0, (_, count) => count - 1);
    }
}
