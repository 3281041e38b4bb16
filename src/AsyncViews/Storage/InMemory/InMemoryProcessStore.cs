using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AsyncViews.Storage.InMemory;

/// <summary>The default store: it keeps every promise of a store except to survive the end of the operating-system process.</summary>
internal sealed class InMemoryProcessStore : InMemorySuccessionStore, IProcessStore, IDisposable
{
    private readonly InMemoryProcesses _processes;
    private readonly TimeProvider _time;
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private string _node = "";

    public InMemoryProcessStore(IOptions<AsyncViewsOptions> options, TimeProvider time) : this(new InMemoryProcesses(options.Value, time), time)
    {
    }

    private InMemoryProcessStore(InMemoryProcesses processes, TimeProvider time) : base(processes) => (_processes, _time) = (processes, time);

    public DateTimeOffset Now => _time.GetUtcNow();

    public ValueTask OpenAsync(string node, CancellationToken cancellationToken = default)
    {
        _node = node;
        return ValueTask.CompletedTask;
    }

    public byte[] DeriveKey(string purpose) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(purpose));

    public ContentSpool CreateContent() => new(_folder.Content.CreateSink);

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        RefuseToJoin(transaction);
        return await AddAsync(process, body => _processes.Add(process, body), cancellationToken);
    }

    public ValueTask<AddResult> AddAndClaimAsync(NewProcess process, ImmediateClaim claim, CancellationToken cancellationToken = default) =>
        AddAsync(process, body => _processes.AddAndClaim(process, body, claim, _node), cancellationToken);

    public ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        var missed = _processes.MissLate();
        _processes.QueueDue();
        return new DueResult([.. missed.Select(process => process.Id)], _processes.NextTime);
    });

    public ValueTask<bool> QueueNowAsync(ProcessId id, CancellationToken cancellationToken = default) => ChangeAsync(() => _processes.QueueNow(id));

    public ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(
        IReadOnlySet<ProcessType> types, int count, int anonymous = int.MaxValue, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) =>
        ChangeAsync<IReadOnlyList<ClaimedProcess>>(() =>
        {
            _processes.QueueDue();
            return Array.ConvertAll(_processes.FindNext(types, count, anonymous, quotas).ToArray(), process => _processes.Claim(process, _node));
        });

    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        _processes.QueueDue();
        return _processes.Find(id) is { } process && _processes.CanStart(process, types, _processes.RoomUnder(quotas)) ? _processes.Claim(process, _node) : null;
    });

    /// <summary>Its runs live and die with it.</summary>
    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive, CancellationToken cancellationToken = default) => Read(() => new Heartbeat(
        [.. alive.Where(run => FindRun(run.Id, run.Fence)?.Record.CancelRequested == true).Select(run => run.Id)],
        [.. alive.Where(run => FindRun(run.Id, run.Fence) is null).Select(run => run.Id)]));

    public ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, bool hasContact, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

    public IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ProcessChange>();

    public ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        var missed = _processes.Queue.FindUnknown(types, _time.GetUtcNow() - timeout);
        missed.ForEach(process => _processes.End(process, new ProcessOutcome(ProcessState.Missed)));
        return missed.Count;
    });

    public ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        if (FindRun(id, fence) is not { } process || version <= process.Record.Version)
            return false;

        process.Record = process.Record.Reported(progress, version);
        return true;
    });

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default)
    {
        outcome.ThrowIfNoEndOfARun();
        var body = outcome.Body is null ? null : await outcome.Body.CompleteAsync(cancellationToken);
        var finished = await ChangeAsync(() =>
        {
            if (FindRun(id, fence) is not { } process)
                return false;

            var end = outcome.UnlessCanceled(process.Record);
            if (end.State == ProcessState.Scheduled)
                _processes.Retry(process, end);
            else
                _processes.End(process, end, body);
            return true;
        });
        if (finished)
            outcome.Body?.Release();
        return finished;
    }

    public ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => Read(() => _processes.Messages.Send(_processes.Find(id), message, _time.GetUtcNow()));

    public ValueTask<IReadOnlyList<StoredMessage>> ReadMessagesAsync(ProcessId id, int fence, long after, CancellationToken cancellationToken = default) => Read(() => FindRun(id, fence) is null ? [] : _processes.Messages.Read(id, after));

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        if (_processes.Find(id) is not { } process)
            return CancelOutcome.NotFound;

        if (process.Record.State.IsEnded())
            return CancelOutcome.AlreadyEnded;

        if (process.Record.State == ProcessState.Running)
        {
            process.Record = process.Record.AskedToStop();
            return CancelOutcome.Requested;
        }

        _processes.End(process, new ProcessOutcome(ProcessState.Canceled));
        return CancelOutcome.Canceled;
    });

    public ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default) => ChangeAsync<IReadOnlyList<ProcessId>>(() =>
    {
        var waiting = _processes.Waiting.All.Where(process => process.Identity == identity).ToList();
        waiting.ForEach(process => _processes.End(process, new ProcessOutcome(ProcessState.Canceled)));
        return [.. waiting.Select(process => process.Id)];
    });

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Read(() => _processes.Find(id) is { } process ? Describe(process) : null);

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) => Read<IReadOnlyList<ProcessRecord>>(() =>
        [.. _processes.List(query, owners).Select(Describe)]);

    public async ValueTask<bool> KeepSubmissionAsync(
        ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default)
    {
        var content = await body.CompleteAsync(cancellationToken);
        lock (Turn)
        {
            if (_processes.Find(id) is not { } process || !_processes.Keep(process, submission, content))
                return false;

            body.Release();
            return true;
        }
    }

    public async ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> submission;
        Content body;
        lock (Turn)
        {
            if (_processes.Find(id) is not { Body: { } kept } process || !process.Record.State.IsEnded())
                return null;

            (submission, body) = (process.Submission, kept);
        }

        return new KeptSubmission(submission, await body.OpenReadAsync(cancellationToken));
    }

    public async ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> response;
        Content body;
        lock (Turn)
        {
            if (_processes.Find(id) is not { ResponseBody: { } result } process)
                return null;

            (response, body) = (process.Response, result);
        }

        return new StoredResult(response, await body.OpenReadAsync(cancellationToken));
    }

    public ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        ChangeAsync(() => _processes.Find(id)?.MarkServed() == true);

    public ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        if (_processes.Find(id) is not { Record.IsGone: false } process || !process.Record.State.IsEnded())
            return false;

        _processes.Discard(process);
        return true;
    });

    public ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        if (_processes.Find(id) is not { } process)
            return false;

        if (process.Record.State == ProcessState.Running)
            process.RemoveAtEnd();
        else
            _processes.Remove(process);
        return true;
    });

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default)
    {
        var freeBytes = _folder.Content.FreeBytes;
        lock (Turn)
            return ValueTask.FromResult(_processes.Load with { FreeDiskBytes = freeBytes });
    }

    public ValueTask<SenderLoads> GetSenderLoadsAsync(string owner, string lane, CancellationToken cancellationToken = default) => Read(() => _processes.LoadsOf(owner, lane));

    public ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default) => Read(_processes.Inspect);

    public ValueTask<IReadOnlyList<HourFigures>> ReadHoursAsync(DateTimeOffset from, CancellationToken cancellationToken = default) => Read(() => _processes.Hours.Read(from));

    public ValueTask<int> SweepAsync(CancellationToken cancellationToken = default) => ChangeAsync(_processes.Sweep);

    public void Dispose() => _folder.Dispose();

    private async ValueTask<AddResult> AddAsync(NewProcess process, Func<Content, AddResult> add, CancellationToken cancellationToken)
    {
        var body = await process.Body.CompleteAsync(cancellationToken);
        var result = await ChangeAsync(() => add(body));
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    private ProcessRecord Describe(InMemoryProcess process) =>
        process.Record with { Position = process.Record.State == ProcessState.Queued ? _processes.Queue.PositionOf(process) : null };

    private InMemoryProcess? FindRun(ProcessId id, int fence) =>
        _processes.Find(id) is { Record.State: ProcessState.Running } process && process.Record.Fence == fence ? process : null;
}
