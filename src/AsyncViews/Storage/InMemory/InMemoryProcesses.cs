namespace AsyncViews.Storage.InMemory;

/// <summary>The processes of the in-memory store, and every order in which they are looked up. Guarded by the store's lock.</summary>
internal sealed class InMemoryProcesses(AsyncViewsOptions options, TimeProvider time)
{
    private readonly StoreLimits _limits = new(options);
    private readonly Dictionary<ProcessId, InMemoryProcess> _all = [];
    private readonly InMemorySubmissionKeys _submissionKeys = new(time);
    private readonly InMemoryTimes _deadlines = new(record => record.Terms.StartBefore);
    private readonly InMemoryRetention _retention = new();
    private readonly InMemoryEnds _ends = new();
    private readonly InMemoryDurations _durations = new();
    private readonly InMemoryRuns _running = new();
    private List<Content> _unneeded = [];
    private long _sequence;

    public InMemoryOwners Owners { get; } = new();

    public InMemoryLanes Lanes { get; } = new();

    public InMemoryQueue Queue { get; } = new();

    public InMemoryMessages Messages { get; } = new(options.MaxUnreadMessages);

    public HourCounter Hours { get; } = new();

    /// <summary>The waiting submissions and their bytes, and all that is kept.</summary>
    public StoreLoad Load => Waiting.Load with { KeptBytes = Shares.Total };

    private InMemoryShares Shares { get; } = new();

    public InMemorySuccession Succession => field ??= new InMemorySuccession(this, time);

    public InMemoryWaiting Waiting => field ??= new InMemoryWaiting(Queue, Succession);

    /// <summary>The next time for which something waits; null if nothing does.</summary>
    public DateTimeOffset? NextTime => new[] { Waiting.Next, _deadlines.Next }.Min();

    public InMemoryProcess? Find(ProcessId id) => _all.GetValueOrDefault(id);

    public IEnumerable<InMemoryProcess> List(ProcessQuery query, IReadOnlyCollection<string>? owners)
    {
        var after = query.After is { } id ? Find(id)?.Record : null;
        return query.After is not null && after is null ? [] : (owners is null ? _all.Values : Owners.List(owners))
            .Where(process => process.Record.Matches(query, process.Metadata) && (after is null || ProcessRecord.NewestFirst.Compare(after, process.Record) < 0))
            .OrderBy(process => process.Record, ProcessRecord.NewestFirst)
            .Take(query.Count);
    }

    /// <summary>The content that nothing needs any more since the last call.</summary>
    public IReadOnlyList<Content> TakeUnneeded()
    {
        // The list itself is only handed over: whoever deletes what is in it does so outside of the lock.
        if (_unneeded.Count == 0)
            return [];

        var unneeded = _unneeded;
        _unneeded = [];
        return unneeded;
    }

    public AddResult Add(NewProcess process, Content body)
    {
        if (_submissionKeys.Find(process.SubmissionKey) is { } same)
            return new AddResult(AddOutcome.AlreadyThere, same.Id);

        if (_limits.Judge(process, Load, () => LoadsOf(process.Owner, process.Lane)) is not AddOutcome.Added and var refusal)
            return new AddResult(refusal);

        var turn = ProcessChanges.TurnAfter(Queue.NextTurn(process.Terms), Lanes.LastTurn(process.Lane, process.Terms));
        var added = new InMemoryProcess(process, body, process.Accepted(++_sequence, turn, time.GetUtcNow(), Succession.Connect(process)));
        _all.Add(process.Id, added);
        Owners.Add(added);
        Lanes.Add(added.Record);
        Shares.Count(added, added.Bytes);
        _submissionKeys.Add(added);
        _deadlines.Add(added);
        Waiting.Begin(added);
        Succession.SettleFor(added, process);
        return new AddResult(AddOutcome.Added, process.Id);
    }

    /// <summary>Adds a process, and claims it if it may start before everything that waits, since nothing does.</summary>
    public AddResult AddAndClaim(NewProcess process, Content body, ImmediateClaim claim, string node)
    {
        QueueDue();
        var waits = Queue.All.Any(waiting => claim.Types.Contains(waiting.Record.Type));
        var result = Add(process, body);
        return !waits && result.Outcome == AddOutcome.Added && Find(process.Id) is { } added && CanStart(added, claim.Types, RoomUnder(null)) && claim.TakeWorker()
            ? result with { Claimed = Claim(added, node) } : result;
    }

    /// <summary>Changes what it waits for.</summary>
    public void Change(InMemoryProcess process, ProcessRecord record)
    {
        Waiting.End(process);
        process.Record = record;
        Waiting.Begin(process);
    }

    public SenderLoads LoadsOf(string owner, string lane) =>
        new(new SenderLoad(Owners.CountLive(owner), Shares.BytesOf(owner)), new SenderLoad(Lanes.CountLive(lane), Shares.BytesOf(lane)));

    /// <summary>Keeps a repeated submission with a process that has succeeded.</summary>
    public bool Keep(InMemoryProcess process, ReadOnlyMemory<byte> submission, Content body)
    {
        var isKept = process.KeepSubmission(submission, body);
        Shares.Count(process, process.Bytes);
        return isKept;
    }

    /// <summary>The next processes that a node which knows these types may take now, among them at most so many of anonymous people, and under quotas.</summary>
    public IEnumerable<InMemoryProcess> FindNext(IReadOnlySet<ProcessType> types, int count, int anonymous, IReadOnlyDictionary<string, int>? quotas)
    {
        var room = RoomUnder(quotas);
        return Queue.Startable(room).Where(process => CanStart(process, types, room) && (!process.Record.IsAnonymous || anonymous-- > 0) && room.TryTake(process.Record.Quota)).Take(count);
    }

    /// <summary>Returns whether a node that knows these types may take it now, and a place is free under its quota.</summary>
    public bool CanStart(InMemoryProcess process, IReadOnlySet<ProcessType> types, QuotaRoom room) => process.Record.State == ProcessState.Queued
        && types.Contains(process.Record.Type) && !process.Record.IsMissed(time.GetUtcNow()) && room.FreeUnder(process.Record.Quota) > 0;

    public QuotaRoom RoomUnder(IReadOnlyDictionary<string, int>? quotas) => new(quotas, _running.CountUnder);

    public ClaimedProcess Claim(InMemoryProcess process, string node)
    {
        Waiting.End(process);
        _deadlines.Remove(process);
        _running.Add(process);
        process.Record = process.Record.Claimed(node, time.GetUtcNow());
        return new ClaimedProcess(process.Record, process.Submission, process.RunSecrets, process.Body!);
    }

    /// <summary>Ends what should have started by now.</summary>
    /// <returns>The processes that were ended.</returns>
    public List<InMemoryProcess> MissLate() => _deadlines.FindDue(time.GetUtcNow()).FindAll(process => End(process, ProcessOutcome.Missed(process.Record)));

    /// <summary>Queues what is due.</summary>
    public void QueueDue() => Waiting.FindDue(time.GetUtcNow()).ForEach(process => Requeue(process, process.Record.Due()));

    /// <summary>Queues a process that waits for a later time. False if it does not wait for one.</summary>
    public bool QueueNow(ProcessId id) =>
        Find(id) is { Record: { State: ProcessState.Scheduled, WaitsFor: 0 } } process && Requeue(process, process.Record.DueNow(time.GetUtcNow()));

    public void Retry(InMemoryProcess process, ProcessOutcome outcome)
    {
        _running.Remove(process);
        _ends.Remove(process);
        Lanes.Remove(process.Record);
        process.Record = process.Record.Retried(outcome, time.GetUtcNow());
        Lanes.Add(process.Record);
        _ends.Add(process);
        Waiting.Begin(process);
    }

    /// <summary>Ends it. Returns false and changes nothing if it has ended already, for example with one that it waited for.</summary>
    public bool End(InMemoryProcess process, ProcessOutcome outcome, Content? response = null)
    {
        if (process.Record.State.IsEnded())
            return false;

        if (process.Record.State == ProcessState.Running)
            _running.Remove(process);
        else
            Waiting.End(process);

        _deadlines.Remove(process);
        Messages.Remove(process.Id);
        Lanes.Remove(process.Record);
        _ends.Remove(process);
        process.End(process.Record.Ended(outcome, time.GetUtcNow(), options.ResultRetention), outcome.Response, response, _unneeded);
        _ends.Add(process);
        Hours.Add(process.Record);
        _retention.Add(process);
        Owners.End(process);
        Shares.Count(process, process.Bytes);
        if (outcome.State == ProcessState.Succeeded)
            _durations.Add(process.Record);

        Succession.Settle(process.Id, process.IsRemovedAtEnd ? ProcessState.Canceled : outcome.State, isGone: process.IsRemovedAtEnd);
        if (process.IsRemovedAtEnd)
            Remove(process);
        return true;
    }

    public void Discard(InMemoryProcess process)
    {
        Bury(process, time.GetUtcNow());
        _retention.AddGone(process);
    }

    public void Remove(InMemoryProcess process)
    {
        End(process, new ProcessOutcome(ProcessState.Canceled));
        Bury(process);
        Forget(process);
    }

    /// <summary>Turns what has expired into tombstones, and removes old ones.</summary>
    /// <returns>The number of processes that became tombstones.</returns>
    public int Sweep()
    {
        var now = time.GetUtcNow();
        var expired = _retention.TakeExpired(now, Succession.HeldAt(now));
        expired.ForEach(process => Bury(process));
        Hours.Forget(now);
        foreach (var tombstone in _retention.TakeTombstones(now - options.TombstoneRetention))
            Forget(tombstone);

        return expired.Count;
    }

    public StoreInspection Inspect() =>
        Queue.Inspect(Waiting.Scheduled, _running.Count, _durations.Averages()) with { Quotas = [.. _running.UsesBeside(Queue)], Ended = _ends.Counts, LastFailureAt = _ends.LastFailureAt };

    private bool Requeue(InMemoryProcess process, ProcessRecord record)
    {
        Waiting.End(process);
        Lanes.Remove(process.Record);
        process.Record = record;
        Lanes.Add(record);
        Waiting.Begin(process);
        return true;
    }

    /// <summary>It is neither listed any more, nor stands for its submission.</summary>
    private void Bury(InMemoryProcess process, DateTimeOffset? discardedAt = null)
    {
        _ends.Remove(process);
        process.Bury(discardedAt, _unneeded);
        _submissionKeys.Remove(process);
        Owners.Remove(process);
        Shares.Count(process, process.Bytes);
        Succession.Forget(process);
        Succession.Settle(process.Id, process.Record.State, isGone: true);
    }

    private void Forget(InMemoryProcess process)
    {
        _all.Remove(process.Id);
        Shares.Count(process, 0);
    }
}
