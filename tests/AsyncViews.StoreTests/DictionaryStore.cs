using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;

namespace AsyncViews.StoreTests;

/// <summary>
/// A store as somebody else may write it, of nothing but the public API: a dictionary, plain files, and a search through
/// everything for each question.
/// </summary>
internal sealed class DictionaryStore(AsyncViewsOptions options, TimeProvider time) : IProcessStore, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<ProcessId, Entry> _entries = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-dictionary-");
    private readonly StoreLimits _limits = new(options);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly List<Content> _unneeded = [];
    private readonly HourCounter _hours = new();
    private readonly Succession _succession = new();
    private readonly GroupBook _groups = new();
    private readonly Queue<(ProcessId Id, ProcessState State, bool IsGone)> _unsettled = new();
    private string _node = "";
    private bool _isSettling;
    private long _sequence;
    private long _messages;

    public DateTimeOffset Now => time.GetUtcNow();

    public ValueTask OpenAsync(string node, CancellationToken cancellationToken = default)
    {
        _node = node;
        return ValueTask.CompletedTask;
    }

    public byte[] DeriveKey(string purpose) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(purpose));

    public ContentSpool CreateContent() => new(() => new PlainFile.Sink(Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"))));

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        if (transaction is not null)
            throw new NotSupportedException("A dictionary joins no transaction.");

        var body = await process.Body.CompleteAsync(cancellationToken);
        var result = await InTurnAsync(() => Add(process, body));
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    public async ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        if (transaction is not null)
            throw new NotSupportedException("A dictionary joins no transaction.");

        var bodies = new List<Content>();
        foreach (var process in processes)
            bodies.Add(await process.Body.CompleteAsync(cancellationToken));
        return await InTurnAsync(() =>
        {
            var together = processes.Select(process => process.Id).ToHashSet();
            if (processes.SelectMany(process => process.After).Any(predecessor => !together.Contains(predecessor.Id) && Find(predecessor.Id) is null))
                return AddOutcome.PredecessorUnknown;
            if (processes.Any(process => process.Group is { } group && _groups.IsClosed(group)))
                return AddOutcome.GroupHasStarted;

            foreach (var (process, body) in processes.Zip(bodies))
            {
                Add(process, body);
                process.Body.Release();
            }

            return AddOutcome.Added;
        });
    }

    public ValueTask<IReadOnlyList<ProcessId>> ListPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default) => InTurnAsync(() => _succession.Before(id));

    public ValueTask<GroupStatus?> FindGroupAsync(string reference, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) => InTurnAsync(() =>
        ProcessRecord.GroupOf(_groups.MembersOf(reference).Select(member => member.Record).Where(record => owners?.Contains(record.Owner) != false)));

    public ValueTask<IReadOnlyList<ProcessId>> ListMembersAsync(string reference, CancellationToken cancellationToken = default) =>
        InTurnAsync<IReadOnlyList<ProcessId>>(() => _groups.MembersOf(reference).ConvertAll(member => member.Record.Id));

    public ValueTask<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        var members = _groups.MembersOf(reference);
        if (members.Count == 0 || members.Exists(member => member.IsLive))
            return false;

        members.ForEach(Remove);
        return true;
    });

    public ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        var missed = _entries.Values.Where(entry => entry.Record.IsMissed(Now)).ToList().FindAll(entry => End(entry, ProcessOutcome.Missed(entry.Record)));
        QueueDue();
        var times = _entries.Values.Select(entry => entry.Record).SelectMany(record => new[]
        {
            record is { State: ProcessState.Scheduled, WaitsFor: 0 } ? record.Terms.NotBefore : null,
            record.State < ProcessState.Running && record.Fence == 0 ? record.Terms.StartBefore : null,
        });
        return new DueResult([.. missed.Select(entry => entry.Record.Id)], times.Min());
    });

    public ValueTask<bool> QueueNowAsync(ProcessId id, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (Find(id) is not { Record: { State: ProcessState.Scheduled, WaitsFor: 0 } } entry)
            return false;

        entry.Record = entry.Record.DueNow(Now);
        return true;
    });

    public ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(
        IReadOnlySet<ProcessType> types, int count, int anonymous = int.MaxValue, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) =>
        InTurnAsync<IReadOnlyList<ClaimedProcess>>(() =>
        {
            QueueDue();
            var room = new QuotaRoom(quotas, CountRunning);
            var next = Queue().Where(record => types.Contains(record.Type) && !record.IsMissed(Now) && room.FreeUnder(record.Quota) > 0 && (!record.IsAnonymous || anonymous-- > 0) && room.TryTake(record.Quota)).Take(count).ToList();
            return next.ConvertAll(record => Claim(_entries[record.Id]));
        });

    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        QueueDue();
        return Find(id) is { Record.State: ProcessState.Queued } entry && types.Contains(entry.Record.Type) && !entry.Record.IsMissed(Now)
            && new QuotaRoom(quotas, CountRunning).FreeUnder(entry.Record.Quota) > 0 ? Claim(entry) : null;
    });

    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive, CancellationToken cancellationToken = default) => InTurnAsync(() => new Heartbeat(
        [.. alive.Where(run => FindRun(run.Id, run.Fence)?.Record.CancelRequested == true).Select(run => run.Id)],
        [.. alive.Where(run => FindRun(run.Id, run.Fence) is null).Select(run => run.Id)]));

    public ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, bool hasContact, CancellationToken cancellationToken = default) => new(0);

    public IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ProcessChange>();

    public ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        var unknown = Queue().Where(record => !types.Contains(record.Type) && record.WaitsSince <= Now - timeout).ToList();
        unknown.ForEach(record => End(_entries[record.Id], new ProcessOutcome(ProcessState.Missed)));
        return unknown.Count;
    });

    public ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (FindRun(id, fence) is not { } entry || version <= entry.Record.Version)
            return false;

        entry.Record = entry.Record.Reported(progress, version);
        return true;
    });

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default)
    {
        outcome.ThrowIfNoEndOfARun();
        var result = outcome.Body is null ? null : await outcome.Body.CompleteAsync(cancellationToken);
        return await InTurnAsync(() =>
        {
            if (FindRun(id, fence) is not { } entry)
                return false;

            var end = outcome.UnlessCanceled(entry.Record);
            (entry.Response, entry.Result) = (outcome.Response, result);
            if (end.State == ProcessState.Scheduled)
                entry.Record = entry.Record.Retried(end, Now);
            else
                End(entry, end);
            outcome.Body?.Release();
            return true;
        });
    }

    public ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (Find(id) is not { } entry)
            return SendOutcome.NotFound;

        if (!entry.IsLive)
            return SendOutcome.AlreadyEnded;

        if (entry.Messages.Count >= options.MaxUnreadMessages)
            return SendOutcome.TooMany;

        entry.Messages.Add(new StoredMessage(++_messages, message.ToArray(), Now));
        return SendOutcome.Sent;
    });

    public ValueTask<IReadOnlyList<StoredMessage>> ReadMessagesAsync(ProcessId id, int fence, long after, CancellationToken cancellationToken = default) =>
        InTurnAsync<IReadOnlyList<StoredMessage>>(() =>
        {
            FindRun(id, fence)?.Messages.RemoveAll(message => message.Number <= after);
            return [.. FindRun(id, fence)?.Messages.Take(StoredMessage.Batch) ?? []];
        });

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (Find(id) is not { } entry)
            return CancelOutcome.NotFound;

        if (!entry.IsLive)
            return CancelOutcome.AlreadyEnded;

        if (entry.IsWaiting)
        {
            End(entry, new ProcessOutcome(ProcessState.Canceled));
            return CancelOutcome.Canceled;
        }

        entry.Record = entry.Record.AskedToStop();
        return CancelOutcome.Requested;
    });

    public ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default) => InTurnAsync<IReadOnlyList<ProcessId>>(() =>
    {
        var waiting = _entries.Values.Where(entry => entry.IsWaiting && entry.Identity == identity).ToList();
        waiting.ForEach(entry => End(entry, new ProcessOutcome(ProcessState.Canceled)));
        return [.. waiting.Select(entry => entry.Record.Id)];
    });

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        InTurnAsync(() => Find(id) is { } entry ? Placed(entry.Record) : null);

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) =>
        InTurnAsync<IReadOnlyList<ProcessRecord>>(() =>
        {
            var listed = _entries.Values.Where(entry => entry.Record.Matches(query, entry.Metadata)).Select(entry => entry.Record)
                .Where(record => owners?.Contains(record.Owner) != false).Order(ProcessRecord.NewestFirst);
            var behind = query.After is not { } after ? listed
                : Find(after) is { } entry ? listed.Where(record => ProcessRecord.NewestFirst.Compare(entry.Record, record) < 0) : [];
            return [.. behind.Take(query.Count).Select(Placed)];
        });

    public async ValueTask<bool> KeepSubmissionAsync(
        ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default)
    {
        var content = await body.CompleteAsync(cancellationToken);
        return await InTurnAsync(() =>
        {
            if (Find(id) is not { Record: { State: ProcessState.Succeeded, IsGone: false }, Body: null } entry)
                return false;

            (entry.Submission, entry.Body) = (submission, content);
            body.Release();
            return true;
        });
    }

    public async ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await InTurnAsync(() => Find(id)) is { IsLive: false, Body: { } body } entry
            ? new KeptSubmission(entry.Submission, await body.OpenReadAsync(cancellationToken)) : null;

    public async ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await InTurnAsync(() => Find(id)) is { Result: { } body } entry
            ? new StoredResult(entry.Response, await body.OpenReadAsync(cancellationToken)) : null;

    public ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (Find(id) is not { Result: not null, IsServed: false } entry)
            return false;

        return entry.IsServed = true;
    });

    public ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (Find(id) is not { IsLive: false, Record.IsGone: false } entry)
            return false;

        Bury(entry, discardedAt: Now);
        return true;
    });

    public ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        if (Find(id) is not { } entry)
            return false;

        if (entry.Record.State == ProcessState.Running)
            (entry.Record, entry.IsRemovedAtEnd) = (entry.Record.AskedToStop(), true);
        else
            Remove(entry);
        return true;
    });

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default) => InTurnAsync(Load);

    public ValueTask<SenderLoads> GetSenderLoadsAsync(string owner, string lane, CancellationToken cancellationToken = default) => InTurnAsync(() => LoadsOf(owner, lane));

    public ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        var queued = Queue().ToList();
        var kept = _entries.Values.Select(entry => entry.Record).Where(record => !record.IsGone).ToList();
        return new StoreInspection(
            kept.Count(record => record.State == ProcessState.Scheduled),
            queued.Count,
            queued.Min(record => (DateTimeOffset?)record.WaitsSince),
            kept.Count(record => record.State == ProcessState.Running),
            Stuck: 0,
            [.. queued.CountBy(record => record.Type).Select(type => new QueuedType(type.Key, type.Value, AverageRun(kept, type.Key)))])
        {
            Quotas = [.. kept.Where(record => record is { Quota: not null, State: ProcessState.Queued or ProcessState.Running }).GroupBy(record => record.Quota!)
                .Select(quota => new QuotaUse(quota.Key, quota.Count(record => record.State == ProcessState.Queued), quota.Count(record => record.State == ProcessState.Running)))],
            Ended = [.. kept.Where(record => record.State.IsEnded()).CountBy(record => (record.Type, record.State))
                .Select(count => new EndedCount(count.Key.Type, count.Key.State, count.Value))],
            LastFailureAt = kept.Max(record => record.LastFailureAt),
        };
    });

    public ValueTask<IReadOnlyList<HourFigures>> ReadHoursAsync(DateTimeOffset from, CancellationToken cancellationToken = default) => InTurnAsync(() => _hours.Read(from));

    public ValueTask<int> SweepAsync(CancellationToken cancellationToken = default) => InTurnAsync(() =>
    {
        _hours.Forget(Now);
        var expired = _entries.Values.Where(entry => entry.Record is { IsGone: false } record && record.ExpiresAt <= Now).Where(entry => !IsHeld(entry)).ToList();
        expired.ForEach(entry => Bury(entry));
        foreach (var entry in _entries.Values.Where(entry => entry.Record.IsGone && entry.Record.ExpiresAt <= Now - options.TombstoneRetention).ToList())
            _entries.Remove(entry.Record.Id);
        return expired.Count;
    });

    public void Dispose()
    {
        _turn.Dispose();
        _folder.Delete(recursive: true);
    }

    private AddResult Add(NewProcess process, Content body)
    {
        var same = _entries.Values.FirstOrDefault(entry =>
            process.SubmissionKey is { } key && entry.SubmissionKey == key && entry.Record.StandsForSubmission(Now));
        if (same is not null)
            return new AddResult(AddOutcome.AlreadyThere, same.Record.Id);

        if (_limits.Judge(process, Load(), () => LoadsOf(process.Owner, process.Lane)) is not AddOutcome.Added and var refusal)
            return new AddResult(refusal);

        var waitsFor = process.After.Count(predecessor => _succession.Add(process.Id, predecessor))
            + (process.AfterGroup is { } group ? _groups.MembersOf(group).Count(member => member.IsLive && _succession.Add(process.Id, new Predecessor(member.Record.Id, When.Ended), isOfGroup: true)) : 0);
        var entry = new Entry(process, process.Accepted(++_sequence, TurnOf(process), Now, waitsFor), body);
        _entries.Add(process.Id, entry);
        SettleFor(entry, process);
        return new AddResult(AddOutcome.Added, process.Id);
    }

    private int CountRunning(string quota) => _entries.Values.Count(entry => entry.Record.State == ProcessState.Running && entry.Record.Quota == quota);

    private SenderLoads LoadsOf(string owner, string lane) =>
        new(LoadOf(entry => entry.Record.Owner == owner), LoadOf(entry => entry.Record.Lane == lane));

    private SenderLoad LoadOf(Func<Entry, bool> isWanted)
    {
        var entries = _entries.Values.Where(entry => entry.Record.IsLimited && isWanted(entry)).ToList();
        return new SenderLoad(entries.Count(entry => entry.IsLive), entries.Sum(entry => entry.Bytes));
    }

    private long TurnOf(NewProcess process)
    {
        var beside = _entries.Values.Where(entry => entry.IsLive).Select(entry => entry.Record)
            .Where(record => (record.Terms.Priority, record.Terms.NotBefore) == (process.Terms.Priority, process.Terms.NotBefore)).ToList();
        return ProcessChanges.TurnAfter(
            beside.Where(record => record.State == ProcessState.Queued).Min(record => (long?)record.Turn),
            beside.Where(record => record.Lane == process.Lane).Max(record => (long?)record.Turn));
    }

    private void QueueDue()
    {
        foreach (var entry in _entries.Values.Where(entry => entry.Record is { State: ProcessState.Scheduled, WaitsFor: 0 } && entry.Record.Terms.NotBefore <= Now))
            entry.Record = entry.Record.Due();
    }

    private ClaimedProcess Claim(Entry entry)
    {
        entry.Record = entry.Record.Claimed(_node, Now);
        return new ClaimedProcess(entry.Record, entry.Submission, entry.RunSecrets, entry.Body!);
    }

    /// <summary>Ends it, unless the end of another has ended it.</summary>
    private bool End(Entry entry, ProcessOutcome outcome)
    {
        if (!entry.IsLive)
            return false;

        entry.Record = entry.Record.Ended(outcome, Now, options.ResultRetention);
        _hours.Add(entry.Record);
        entry.RunSecrets = default;
        entry.Messages.Clear();
        if (!outcome.State.KeepsSubmission())
            Forget(entry);
        Settle(entry.Record.Id, entry.IsRemovedAtEnd ? ProcessState.Canceled : outcome.State, entry.IsRemovedAtEnd);
        if (entry.IsRemovedAtEnd)
            Remove(entry);
        return true;
    }

    private void Remove(Entry entry)
    {
        End(entry, new ProcessOutcome(ProcessState.Canceled));
        Bury(entry);
        _entries.Remove(entry.Record.Id);
    }

    /// <summary>Takes account of what a process follows that has ended, of its group, and of the one in whose place it is.</summary>
    private void SettleFor(Entry added, NewProcess process)
    {
        var id = added.Record.Id;
        if (process.Group is { } group)
            _groups.Join(group, added);
        if (process.Replaces is { } old && Find(old) is { } replaced)
        {
            GroupBook.Replace(replaced, added);
            replaced.Record = replaced.Record with { ReplacedBy = id };
            foreach (var successor in _succession.Replace(old, id, successor => WaitsFor(successor) > 0))
                _entries[successor].Record = _entries[successor].Record.WaitsForOneMore();
        }

        foreach (var completion in (added.Group ?? []).SelectMany(member => _succession.CompletionsOf(member.Record.Id)).Distinct().ToArray())
        {
            if (WaitsFor(completion) > 0 && _succession.Add(completion, new Predecessor(id, When.Ended), isOfGroup: true))
                _entries[completion].Record = _entries[completion].Record.WaitsForOneMore();
        }

        foreach (var ended in process.After.Select(predecessor => Find(predecessor.Id)).Where(entry => entry?.IsLive == false).ToArray())
            Settle(ended!.Record.Id, ended.Record.State, ended.Record.IsGone);
    }

    /// <summary>Releases or ends what waits for it, and so on.</summary>
    private void Settle(ProcessId id, ProcessState state, bool isGone)
    {
        _unsettled.Enqueue((id, state, isGone));
        if (_isSettling)
            return;

        _isSettling = true;
        while (_unsettled.TryDequeue(out var ended))
        {
            foreach (var (successor, isMet) in _succession.Settle(ended.Id, ended.State, ended.IsGone).Where(settled => WaitsFor(settled.Successor) > 0))
            {
                if (isMet)
                    _entries[successor].Record = _entries[successor].Record.WaitsForOneFewer(Now);
                else
                    End(_entries[successor], ProcessOutcome.NotFollowed);
            }
        }

        _isSettling = false;
    }

    private int WaitsFor(ProcessId id) => Find(id)?.Record.WaitsFor ?? 0;

    /// <summary>One behind it may need its result, or its group is not over.</summary>
    private bool IsHeld(Entry entry) =>
        (entry.Record.State == ProcessState.Succeeded && _succession.Behind(entry.Record.Id).Any(id => Find(id) is { Record.IsGone: false } behind && (behind.IsLive || behind.Record.State.KeepsSubmission())))
        || (!(entry.Record.State.KeepsSubmission() && _succession.IsAwaited(entry.Record.Id)) && entry.Group?.Exists(member => member.IsLive || (!member.Record.IsGone && member.Record.ExpiresAt > Now)) == true);

    private void Bury(Entry entry, DateTimeOffset? discardedAt = null)
    {
        Forget(entry);
        if (entry.Result is { } result)
            _unneeded.Add(result);
        (entry.Result, entry.Response, entry.SubmissionKey) = (null, default, null);
        entry.Record = entry.Record.Gone(discardedAt);
        _succession.Forget(entry.Record.Id);
        Settle(entry.Record.Id, entry.Record.State, isGone: true);
    }

    private void Forget(Entry entry)
    {
        if (entry.Body is { } body)
            _unneeded.Add(body);
        (entry.Body, entry.Submission) = (null, default);
    }

    private Entry? Find(ProcessId id) => _entries.GetValueOrDefault(id);

    private Entry? FindRun(ProcessId id, int fence) =>
        Find(id) is { Record.State: ProcessState.Running } entry && entry.Record.Fence == fence ? entry : null;

    private IEnumerable<ProcessRecord> Queue() =>
        _entries.Values.Select(entry => entry.Record).Where(record => record.State == ProcessState.Queued).Order(ProcessRecord.ByTurn);

    private ProcessRecord Placed(ProcessRecord record) => record.State != ProcessState.Queued
        ? record : record with { Position = Queue().TakeWhile(other => other.Id != record.Id).Count() + 1 };

    private StoreLoad Load()
    {
        var waiting = _entries.Values.Where(entry => entry.IsWaiting && entry.Record.IsLimited).ToList();
        return new StoreLoad(waiting.Count, waiting.Sum(entry => entry.Body!.Length), new DriveInfo(_folder.FullName).AvailableFreeSpace, LoadOf(_ => true).KeptBytes);
    }

    private static TimeSpan? AverageRun(IEnumerable<ProcessRecord> records, ProcessType type) =>
        records.Where(record => record.Type == type && record.State == ProcessState.Succeeded)
            .Average(record => (double?)(record.EndedAt - record.StartedAt)!.Value.Ticks) is { } ticks ? TimeSpan.FromTicks((long)ticks) : null;

    /// <summary>One at a time; what nothing needs any more is deleted afterwards.</summary>
    private async ValueTask<T> InTurnAsync<T>(Func<T> work)
    {
        await _turn.WaitAsync();
        try
        {
            var result = work();
            foreach (var content in _unneeded)
                await content.DeleteAsync();
            _unneeded.Clear();
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }
}
