using System.Collections.Concurrent;
using AsyncViews.Storage;

namespace AsyncViews.Progress;

/// <summary>
/// The processes that run on this node, and what its watchers see: what runs here is read from memory, everything else
/// from the store, at most once a second however many watch.
/// </summary>
internal sealed class LiveProcesses(IProcessStore store, Watches watches, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ProcessId, LiveProcess> _processes = new();
    private readonly ConcurrentDictionary<ProcessId, Reading> _readings = new();

    /// <summary>The processes that were canceled during a claim here, which may be of them.</summary>
    private readonly HashSet<ProcessId> _canceled = [];
    private readonly Lock _claimsLock = new();
    private int _claims;
    private TaskCompletionSource? _claimsEnded;
    private long _starts;

    public ICollection<LiveProcess> All => _processes.Values;

    /// <summary>The number of runs that have begun here.</summary>
    public long Starts => Volatile.Read(ref _starts);

    /// <summary>From now on until it is disposed, who cancels a process reaches its run, if this claim is of that.</summary>
    public IDisposable BeginClaim()
    {
        lock (_claimsLock)
            _claims++;
        return new Claim(this);
    }

    /// <summary>Returns when nothing is being claimed. Who has seen to it that nothing more is claimed knows from then on all that runs here.</summary>
    public Task ClaimsEndedAsync()
    {
        lock (_claimsLock)
            return _claims == 0 ? Task.CompletedTask : (_claimsEnded ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>A process that was claimed.</summary>
    public LiveProcess Add(ProcessRecord record)
    {
        Interlocked.Increment(ref _starts);
        var process = _processes[record.Id] = new LiveProcess(record, watches, time);
        if (WasCanceled(record.Id))
            process.Cancel();
        watches.Turned(record.Id);
        return process;
    }

    /// <summary>Tells the run of a process that it is to stop, if it runs on this node.</summary>
    public void Cancel(ProcessId id)
    {
        lock (_claimsLock)
        {
            if (_claims > 0)
                _canceled.Add(id);
        }

        if (Find(id) is { } running)
            running.Cancel();
        else
            ForgetReading(id);
    }

    public LiveProcess? Find(ProcessId id) => _processes.GetValueOrDefault(id);

    /// <summary>After the end of its run is stored.</summary>
    /// <param name="process">The run.</param>
    /// <param name="hasEnded">Whether the process has ended with it, and is not tried again.</param>
    public void Remove(LiveProcess process, bool hasEnded)
    {
        // A later run of the process may have begun here.
        _processes.TryRemove(KeyValuePair.Create(process.Id, process));
        ForgetReading(process.Id);
        process.Dispose();
        if (hasEnded)
            watches.Ended(process.Id);
    }

    /// <summary>Forgets what was read of a process, since it is no longer true. The next reading asks the store.</summary>
    public void ForgetReading(ProcessId id)
    {
        DropReading(id);
        watches.Turned(id);
    }

    /// <summary>As <see cref="ForgetReading"/>, and wakes nobody.</summary>
    public void DropReading(ProcessId id) => _readings.TryRemove(id, out _);

    /// <summary>Nothing that was read may be true any more.</summary>
    public void ForgetReadings()
    {
        _readings.Clear();
        watches.WakeAll();
    }

    /// <summary>Does what the store says of the runs here.</summary>
    public void Apply(Heartbeat heard)
    {
        foreach (var id in heard.Lost.Concat(heard.CancelRequested))
            Find(id)?.Apply(heard);
    }

    /// <summary>Lets go of what nobody has asked for lately.</summary>
    public void Prune()
    {
        foreach (var (id, reading) in _readings)
        {
            if (IsStale(reading))
                _readings.TryRemove(id, out _);
        }
    }

    /// <summary>A process as its watchers see it; null when it is unknown.</summary>
    public async Task<ProcessRecord?> ReadAsync(ProcessId id, CancellationToken cancellationToken)
    {
        if (Find(id) is { } live)
            return live.Describe();

        var reading = _readings.AddOrUpdate(id, Read, (_, last) => IsStale(last) ? Read(id) : last);
        ProcessRecord? record = null;
        try
        {
            record = await reading.Record.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            // Forged ids must not fill the memory, be the store there or not.
            if (record is null)
                _readings.TryRemove(KeyValuePair.Create(id, reading));
        }

        // A run may have begun here since. While it is live, everybody is told what it says: the store may be ahead of it.
        return Find(id)?.Describe() ?? record;
    }

    /// <summary>The processes of these owners, null for everybody's, as their watchers see them, the newest first.</summary>
    public async Task<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(query, owners, cancellationToken)).Select(record => record.State == ProcessState.Running ? Find(record.Id)?.Describe() ?? record : record)];

    private bool WasCanceled(ProcessId id)
    {
        lock (_claimsLock)
            return _canceled.Remove(id);
    }

    private void EndClaim()
    {
        lock (_claimsLock)
        {
            if (--_claims > 0)
                return;

            _canceled.Clear();
            _claimsEnded?.SetResult();
            _claimsEnded = null;
        }
    }

    private Reading Read(ProcessId id) => new(time.GetTimestamp(), new Lazy<Task<ProcessRecord?>>(() => store.FindAsync(id).AsTask()));

    private bool IsStale(Reading reading) =>
        time.GetElapsedTime(reading.At) >= Freshness || (reading.Record.IsValueCreated && reading.Record.Value.IsFaulted);

    private sealed class Claim(LiveProcesses all) : IDisposable
    {
        public void Dispose() => all.EndClaim();
    }

    private sealed record Reading(long At, Lazy<Task<ProcessRecord?>> Record);
}
