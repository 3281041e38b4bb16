using System.Collections.Concurrent;
using AsyncViews.Running;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>
/// The permits that this node takes: none until the engine starts and after it stops, and then those for the types that it can
/// run. Those that wait for room for anonymous people are taken only while there is some, since a permit that is not used has to
/// be written anew.
/// </summary>
internal sealed class Intake(SharedScheduler shared, Workers workers) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ConcurrentDictionary<string, int> _patientInUse = new();
    private ExecutionLimits? _ofApplication;
    private IReadOnlySet<ProcessType>? _types;
    private bool _isOpen;

    /// <summary>Tells whether a permit has come to nothing here since anonymous people last had less than they may have.</summary>
    private bool _isNarrow;

    /// <summary>Takes nothing from now on.</summary>
    public Task CloseAsync(CancellationToken cancellationToken = default) => SetAsync(isOpen: false, _isNarrow, cancellationToken);

    /// <summary>Takes permits from now on.</summary>
    public Task OpenAsync(CancellationToken cancellationToken = default) => SetAsync(isOpen: true, _isNarrow, cancellationToken);

    /// <summary>Takes account of types that have come or gone.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken = default) =>
        _isOpen && _types != workers.Types ? SetAsync(_isOpen, _isNarrow, cancellationToken) : Task.CompletedTask;

    /// <summary>Takes account of a permit that came to nothing: anonymous people have all that they may have here.</summary>
    public Task NarrowAsync() => SetAsync(_isOpen, isNarrow: true);

    /// <summary>Takes account of room that there may be again.</summary>
    public async Task RunEndedAsync()
    {
        if (!_isNarrow)
            return;

        await SetAsync(_isOpen, isNarrow: workers.FreeForAnonymous < workers.CountForAnonymous);
        await shared.SignalAsync();
    }

    /// <summary>Counts a permit of this execution group as used until it is disposed.</summary>
    public IDisposable? Use(string group) => Permits.IsPatient(group) ? new PatientUse(_patientInUse, group) : null;

    public void Dispose() => _changing.Dispose();

    private async Task SetAsync(bool isOpen, bool isNarrow, CancellationToken cancellationToken = default)
    {
        var scheduler = await shared.GetAsync(cancellationToken);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            _ofApplication ??= await scheduler.GetExecutionLimits(cancellationToken) ?? ExecutionLimitsBuilder.Create().Build();
            (_isOpen, _isNarrow, _types) = (isOpen, isNarrow, workers.Types);
            var limits = Copy(_ofApplication).ForGroupsWithPrefix(Permits.Prefix, 0);
            foreach (var type in isOpen ? _types : new HashSet<ProcessType>())
            {
                var patient = Permits.PatientGroupOf(type);
                limits.ForGroup(Permits.GroupOf(type), workers.Count);
                limits.ForGroup(patient, isNarrow ? _patientInUse.GetValueOrDefault(patient) + workers.FreeForAnonymous : workers.CountForAnonymous);
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
