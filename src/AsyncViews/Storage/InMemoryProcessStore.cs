using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace AsyncViews.Storage;

/// <summary>The default store: it keeps every promise of a store except to survive the end of the operating-system process.</summary>
internal sealed partial class InMemoryProcessStore(IOptions<AsyncViewsOptions> options, TimeProvider time) : IProcessStore, IDisposable
{
    private readonly AsyncViewsOptions _options = options.Value;
    private readonly Lock _lock = new();
    private readonly Dictionary<ProcessId, InMemoryProcess> _processes = [];
    private readonly InMemorySubmissionKeys _submissionKeys = new(time);
    private readonly InMemoryOwners _owners = new();
    private readonly InMemoryQueue _queue = new();
    private readonly InMemoryTimes _schedule = new(record => record.NotBefore);
    private readonly InMemoryTimes _deadlines = new(record => record.StartBefore);
    private readonly InMemoryRetention _retention = new();
    private readonly InMemoryEnds _ends = new();
    private readonly ContentFiles _files = new(Directory.CreateTempSubdirectory("asyncviews-").FullName);
    private readonly Dictionary<string, (int Count, TimeSpan Sum)> _durations = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private long _sequence;
    private int _running;

    /// <summary>The waiting submissions and their bytes.</summary>
    private int _submissions;
    private long _submissionBytes;

    public ValueTask OpenAsync(string node, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public byte[] DeriveKey(string purpose) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(purpose));

    public ContentSpool CreateContent() => new(_files);

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        if (transaction is not null)
            throw new NotSupportedException("The in-memory store cannot join a database transaction. Use a store that is kept in that database.");

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

            if (process.IsLimited && (_submissions >= _options.MaxQueueLength || _submissionBytes + body.Length > _options.MaxQueueBytes))
                return new AddResult(AddOutcome.QueueFull);

            if (process.IsLimited && _owners.CountLive(process.Owner) >= _options.MaxLiveProcessesPerOwner)
                return new AddResult(AddOutcome.OwnerLimit);

            var added = new InMemoryProcess(process, body, ++_sequence, time.GetUtcNow());
            _processes.Add(process.Id, added);
            _owners.Add(added);
            _submissionKeys.Add(added);
            _deadlines.Add(added);
            BeginWaiting(added);
            return new AddResult(AddOutcome.Added, process.Id);
        }
    }

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) ? RequestCancel(process) : CancelOutcome.NotFound);
    }

    public ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var waiting = _queue.All.Concat(_schedule.All).Where(process => process.Identity == identity).ToList();
            waiting.ForEach(process => End(process, new ProcessOutcome(ProcessState.Canceled), null));
            return ValueTask.FromResult<IReadOnlyList<ProcessId>>([.. waiting.Select(process => process.Id)]);
        }
    }

    public void Dispose() => Directory.Delete(_files.Folder, recursive: true);

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

    private void BeginWaiting(InMemoryProcess process)
    {
        if (process.Record.State == ProcessState.Scheduled)
            _schedule.Add(process);
        else
            _queue.Add(process);
        CountWaiting(process, 1);
    }

    private void EndWaiting(InMemoryProcess process)
    {
        if (process.Record.State == ProcessState.Scheduled)
            _schedule.Remove(process);
        else
            _queue.Remove(process);
        CountWaiting(process, -1);
    }

    private void CountWaiting(InMemoryProcess process, int change)
    {
        if (!process.Record.IsLimited)
            return;

        _submissions += change;
        _submissionBytes += change * process.Body!.Length;
    }

    private void End(InMemoryProcess process, ProcessOutcome outcome, Content? body)
    {
        if (process.Record.State == ProcessState.Running)
            _running--;
        else
            EndWaiting(process);

        _deadlines.Remove(process);
        _ends.Remove(process);
        process.Finish(outcome, body, time.GetUtcNow(), _options.ResultRetention);
        _ends.Add(process);
        _retention.Add(process);
        _owners.End(process);
        if (outcome.State == ProcessState.Succeeded)
        {
            var (count, sum) = _durations.GetValueOrDefault(process.Record.Type);
            _durations[process.Record.Type] = (count + 1, sum + (process.Record.EndedAt!.Value - process.Record.StartedAt!.Value));
        }
    }

    private void Bury(InMemoryProcess process)
    {
        _ends.Remove(process);
        process.Bury();
        Withdraw(process);
    }

    /// <summary>It is neither listed any more, nor stands for its submission.</summary>
    private void Withdraw(InMemoryProcess process)
    {
        _submissionKeys.Remove(process);
        _owners.Remove(process);
    }
}
