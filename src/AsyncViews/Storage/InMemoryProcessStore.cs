using System.Data.Common;
using Microsoft.Extensions.Options;

namespace AsyncViews.Storage;

/// <summary>The default store: it keeps every promise of a store except to survive the end of the operating-system process.</summary>
internal sealed class InMemoryProcessStore(IOptions<AsyncViewsOptions> options, TimeProvider time) : IProcessStore, IDisposable
{
    private readonly AsyncViewsOptions _options = options.Value;
    private readonly Lock _lock = new();
    private readonly Dictionary<ProcessId, InMemoryProcess> _processes = [];
    private readonly InMemorySubmissionKeys _submissionKeys = new(time);
    private readonly InMemoryOwners _owners = new();
    private readonly InMemoryQueue _queue = new();
    private readonly InMemoryRetention _retention = new();
    private readonly ContentFiles _files = new(Directory.CreateTempSubdirectory("asyncviews-").FullName);
    private long _sequence;
    private int _running;

    public ValueTask OpenAsync(string node, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ContentSpool CreateContent() => new(_files);

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        if (transaction is not null)
            throw new NotSupportedException("The in-memory store cannot join a database transaction. Use a store in that database.");

        var result = Add(process, await process.Body.CompleteAsync(cancellationToken));
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    private AddResult Add(NewProcess process, Content body)
    {
        lock (_lock)
        {
            if (_submissionKeys.Find(process.SubmissionKey) is { } same)
                return new AddResult(AddOutcome.AlreadyThere, same.Id);

            if (_queue.Count >= _options.MaxQueueLength || _queue.Bytes + body.Length > _options.MaxQueueBytes)
                return new AddResult(AddOutcome.QueueFull);

            if (_owners.CountLive(process.Owner) >= _options.MaxLiveProcessesPerOwner)
                return new AddResult(AddOutcome.OwnerLimit);

            var added = new InMemoryProcess(process, body, ++_sequence, time.GetUtcNow());
            _processes.Add(process.Id, added);
            _owners.Add(added);
            _submissionKeys.Add(added);
            _queue.Add(added);
            return new AddResult(AddOutcome.Added, process.Id);
        }
    }

    public ValueTask<IReadOnlyList<ProcessId>> FindDueAsync(IReadOnlySet<string> types, int count, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_queue.First(count, types));
    }

    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, string node, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_processes.TryGetValue(id, out var process) || process.Record.State != ProcessState.Queued)
                return ValueTask.FromResult<ClaimedProcess?>(null);

            _queue.Remove(process);
            _running++;
            process.Change(record => record with
            {
                State = ProcessState.Running,
                Fence = record.Fence + 1,
                Node = node,
                StartedAt = time.GetUtcNow(),
            });
            return ValueTask.FromResult<ClaimedProcess?>(new ClaimedProcess(process.Record, process.Submission, process.RunSecrets, process.Body!));
        }
    }

    /// <summary>Its runs live and die with it.</summary>
    public ValueTask HeartbeatAsync(IReadOnlyCollection<ProcessId> alive, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

    public ValueTask<int> MissUnknownAsync(IReadOnlySet<string> types, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var missed = _queue.FindUnknown(types, time.GetUtcNow() - timeout);
            missed.ForEach(process => End(process, new ProcessOutcome(ProcessState.Missed), null));
            return ValueTask.FromResult(missed.Count);
        }
    }

    public ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (FindRun(id, fence) is not { } process || version <= process.Record.Version)
                return ValueTask.FromResult(false);

            process.Change(record => record with { Progress = progress }, version);
            return ValueTask.FromResult(true);
        }
    }

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default)
    {
        if (!outcome.State.IsEnded() || !ProcessState.Running.CanBecome(outcome.State))
            throw new ArgumentException($"A run cannot end as {outcome.State}.", nameof(outcome));

        var body = outcome.Body is null ? null : await outcome.Body.CompleteAsync(cancellationToken);
        lock (_lock)
        {
            if (FindRun(id, fence) is not { } process)
                return false;

            End(process, outcome, body);
            outcome.Body?.Release();
            return true;
        }
    }

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) ? RequestCancel(process) : CancelOutcome.NotFound);
    }

    private CancelOutcome RequestCancel(InMemoryProcess process)
    {
        if (process.Record.State.IsEnded())
            return CancelOutcome.AlreadyEnded;

        if (process.Record.State == ProcessState.Running)
        {
            if (!process.Record.CancelRequested)
                process.Change(record => record with { CancelRequested = true });
            return CancelOutcome.Requested;
        }

        End(process, new ProcessOutcome(ProcessState.Canceled), null);
        return CancelOutcome.Canceled;
    }

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) ? Describe(process) : null);
    }

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(IReadOnlyCollection<string> owners, int count, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult<IReadOnlyList<ProcessRecord>>([.. _owners.List(owners, count).Select(Describe)]);
    }

    private ProcessRecord Describe(InMemoryProcess process) =>
        process.Record with { Position = process.Record.State == ProcessState.Queued ? _queue.PositionOf(process) : null };

    public ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) ? process.OpenSubmission() : null);
    }

    public ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) ? process.OpenResult() : null);
    }

    public ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) && process.MarkServed());
    }

    public ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_processes.TryGetValue(id, out var process))
                return ValueTask.FromResult(false);

            if (process.Record.State == ProcessState.Running)
                End(process, new ProcessOutcome(ProcessState.Canceled), null);
            else
                RequestCancel(process);

            Bury(process);
            _processes.Remove(id);
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default)
    {
        var freeBytes = _files.FreeBytes;
        lock (_lock)
            return ValueTask.FromResult(new StoreLoad(_queue.Count, _queue.Bytes, _running, freeBytes));
    }

    public ValueTask<StoreInspection> InspectAsync(IReadOnlySet<string> types, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_queue.Inspect(types, _running));
    }

    public ValueTask<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var expired = _retention.TakeExpired(now);
            expired.ForEach(Bury);
            foreach (var tombstone in _retention.TakeTombstones(now - _options.TombstoneRetention))
                _processes.Remove(tombstone.Id);

            return ValueTask.FromResult(expired.Count);
        }
    }

    public void Dispose() => Directory.Delete(_files.Folder, recursive: true);

    private InMemoryProcess? FindRun(ProcessId id, int fence) =>
        _processes.TryGetValue(id, out var process) && process.Record.State == ProcessState.Running && process.Record.Fence == fence ? process : null;

    private void End(InMemoryProcess process, ProcessOutcome outcome, Content? body)
    {
        if (process.Record.State == ProcessState.Running)
            _running--;
        else
            _queue.Remove(process);

        process.Finish(outcome, body, time.GetUtcNow(), _options.ResultRetention);
        _retention.Add(process);
        _owners.End(process);
    }

    private void Bury(InMemoryProcess process)
    {
        process.Bury();
        _submissionKeys.Remove(process);
        _owners.Remove(process);
    }
}
