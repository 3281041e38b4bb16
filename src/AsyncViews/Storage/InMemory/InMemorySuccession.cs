using System.Threading.Channels;

namespace AsyncViews.Storage.InMemory;

/// <summary>The processes of the in-memory store that wait for others, and its groups. Guarded by the store's lock.</summary>
internal sealed class InMemorySuccession(InMemoryProcesses processes, TimeProvider time)
{
    private readonly Succession _edges = new();
    private readonly HashSet<InMemoryProcess> _waiting = [];
    private readonly Dictionary<string, InMemoryGroup> _groups = [];
    private readonly Queue<(ProcessId Id, ProcessState State, bool IsGone)> _unsettled = new();
    private bool _isSettling;

    /// <summary>The processes that are released or ended with others.</summary>
    public Channel<ProcessChange> Changes { get; } = Channel.CreateUnbounded<ProcessChange>();

    public IEnumerable<InMemoryProcess> Waiting => _waiting;

    public int Count => _waiting.Count;

    public void Add(InMemoryProcess process) => _waiting.Add(process);

    public void Remove(InMemoryProcess process) => _waiting.Remove(process);

    public IReadOnlyList<ProcessId> Before(ProcessId id) => _edges.Before(id);

    /// <summary>The reason why these cannot be added together; Added if they can.</summary>
    public AddOutcome Judge(IReadOnlyList<NewProcess> added)
    {
        var known = added.Select(process => process.Id).ToHashSet();
        if (added.SelectMany(process => process.After).Any(predecessor => !known.Contains(predecessor.Id) && processes.Find(predecessor.Id) is null))
            return AddOutcome.PredecessorUnknown;

        return added.Select(process => process.Group).OfType<string>().Distinct().Any(group => _groups.TryGetValue(group, out var last) && last.IsClosed)
            ? AddOutcome.GroupHasStarted : AddOutcome.Added;
    }

    /// <summary>Notes what it follows, before it is added.</summary>
    /// <returns>The number of processes that it waits for. Those that have ended are among them until <see cref="SettleFor"/>.</returns>
    public int Connect(NewProcess process)
    {
        var count = process.After.Count(predecessor => _edges.Add(process.Id, predecessor));
        if (process.AfterGroup is { } reference && _groups.TryGetValue(reference, out var group))
        {
            var ofGroup = group.Members.Where(member => !member.Record.State.IsEnded()).OrderBy(member => member.Record.Sequence)
                .Count(member => _edges.Add(process.Id, new Predecessor(member.Id, When.Ended), isOfGroup: true));
            if (ofGroup > 0)
                group.Completions.Add(process.Id);
            count += ofGroup;
        }

        return count;
    }

    /// <summary>Takes account of a process that was added: it joins its group, or takes another's place, and follows at once what has ended.</summary>
    public void SettleFor(InMemoryProcess added, NewProcess process)
    {
        if (process.Group is { } reference)
            Join(added, reference);
        if (process.Replaces is { } old)
            Replace(old, added);
        LetCompletionsWaitFor(added);
        foreach (var predecessor in process.After)
        {
            if (processes.Find(predecessor.Id) is { Record: { EndedAt: not null } ended })
                Settle(ended.Id, ended.State, ended.IsGone);
        }
    }

    /// <summary>Releases or ends the processes that have waited for this end. Those that end are settled in turn.</summary>
    public void Settle(ProcessId id, ProcessState state, bool isGone)
    {
        _unsettled.Enqueue((id, state, isGone));
        if (_isSettling)
            return;

        _isSettling = true;
        while (_unsettled.TryDequeue(out var ended))
        {
            foreach (var (successor, isMet) in _edges.Settle(ended.Id, ended.State, ended.IsGone))
            {
                if (processes.Find(successor) is not { Record.WaitsFor: > 0 } process)
                    continue;

                if (isMet)
                    processes.Change(process, process.Record.WaitsForOneFewer(time.GetUtcNow()));
                else
                    processes.End(process, ProcessOutcome.NotFollowed);
                if (process.Record.WaitsFor == 0)
                    Changes.Writer.TryWrite(new ProcessChange(isMet ? ProcessChangeKind.Scheduled : ProcessChangeKind.Ended, successor));
            }
        }

        _isSettling = false;
    }

    /// <summary>Tells which are kept beyond their own time: a successor may need the result, or the group is kept whole. A failed one is not kept for those that wait for its success: they would wait for ever.</summary>
    /// <remarks>Each group is looked through once, and not once for each member, so the answers are true until something changes.</remarks>
    public Predicate<InMemoryProcess> HeldAt(DateTimeOffset now)
    {
        Dictionary<InMemoryGroup, bool> held = [];
        return process =>
            (process.Record.State == ProcessState.Succeeded && _edges.Behind(process.Id).Any(id => processes.Find(id)?.Record is { IsGone: false } record && (!record.State.IsEnded() || record.State.KeepsSubmission())))
            || (!(process.Record.State.KeepsSubmission() && _edges.IsAwaited(process.Id)) && process.Group is { } group && IsHeld(group));

        bool IsHeld(InMemoryGroup group) => held.TryGetValue(group, out var known) ? known
            : held[group] = group.Members.Any(member => member.Record.EndedAt is null || (!member.Record.IsGone && member.Record.ExpiresAt > now));
    }

    public void Forget(InMemoryProcess process)
    {
        _edges.Forget(process.Id);
        if (process.Group is not { } group || !group.Members.Remove(process))
            return;

        group.HasStarted |= process.Record.Fence > 0;
        if (group.Members.Count == 0 && _groups.GetValueOrDefault(group.Reference) == group)
            _groups.Remove(group.Reference);
    }

    /// <summary>The members of the last group with this reference that are not gone, in the order of their arrival.</summary>
    public List<InMemoryProcess> MembersOf(string reference) =>
        _groups.TryGetValue(reference, out var group) ? [.. group.Members.Where(member => !member.Record.IsGone).OrderBy(member => member.Record.Sequence)] : [];

    private void Join(InMemoryProcess added, string reference)
    {
        if (!_groups.TryGetValue(reference, out var group) || group.IsEnded)
            _groups[reference] = group = new InMemoryGroup(reference);
        group.Members.Add(added);
        added.Group = group;
    }

    private void Replace(ProcessId old, InMemoryProcess by)
    {
        foreach (var id in _edges.Replace(old, by.Id, id => processes.Find(id)?.Record.WaitsFor > 0))
            processes.Change(processes.Find(id)!, processes.Find(id)!.Record.WaitsForOneMore());
        if (processes.Find(old) is not { } replaced)
            return;

        replaced.Record = replaced.Record with { ReplacedBy = by.Id };
        if (replaced.Group is not { } group)
            return;

        group.HasStarted |= replaced.Record.Fence > 0;
        group.Members.Remove(replaced);
        group.Members.Add(by);
        (by.Group, replaced.Group) = (group, null);
    }

    /// <summary>Lets what waits for all members of its group wait for this one, too.</summary>
    private void LetCompletionsWaitFor(InMemoryProcess member)
    {
        foreach (var completion in (member.Group?.Completions ?? []).Select(processes.Find).OfType<InMemoryProcess>().Where(one => one.Record.WaitsFor > 0))
        {
            if (_edges.Add(completion.Id, new Predecessor(member.Id, When.Ended), isOfGroup: true))
                processes.Change(completion, completion.Record.WaitsForOneMore());
        }
    }
}

/// <summary>The members of one group of the in-memory store.</summary>
internal sealed class InMemoryGroup(string reference)
{
    public string Reference => reference;

    public HashSet<InMemoryProcess> Members { get; } = [];

    /// <summary>The processes that were added to follow all members.</summary>
    public HashSet<ProcessId> Completions { get; } = [];

    /// <summary>Tells whether a member that is gone has started.</summary>
    public bool HasStarted { get; set; }

    public bool IsEnded => Members.All(member => member.Record.State.IsEnded());

    /// <summary>Tells whether nothing may join: a member has started, and not all have ended.</summary>
    public bool IsClosed => !IsEnded && (HasStarted || Members.Any(member => member.Record.Fence > 0));
}
