using AsyncViews.Storage;

namespace AsyncViews.Progress;

/// <summary>A process that runs on this node: what it last reported, and its cancellation.</summary>
internal sealed class LiveProcess(ProcessRecord record, Watches watches, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ProgressTrail _trail = new();
    private readonly long _began = time.GetTimestamp();
    private ProcessProgress _progress = ProcessProgress.None;
    private TaskCompletionSource _messageSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = record.Version;
    private bool _isEnding;

    public ProcessId Id => record.Id;

    public int Fence => record.Fence;

    /// <summary>The run as the store tells it from other runs of the process.</summary>
    public FencedRun Key => new(record.Id, record.Fence);

    /// <summary>The record as it was claimed.</summary>
    public ProcessRecord Claimed => record;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Why the token is signalled: the person asked for it.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>Why the token is signalled: the host is running out of time to stop.</summary>
    public bool Stopping { get; private set; }

    /// <summary>Why the token is signalled: the store has given the process to another run, or ended it. Nothing that this run writes counts any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Tells whether a transaction surrounds its work, and nothing that it holds is committed.</summary>
    public bool IsUnsaved { get; set; }

    /// <summary>Tells whether a transaction around its work was committed, or may have been.</summary>
    public bool MayBeSaved { get; set; }

    /// <summary>The transaction that its end is stored in; null while there is none. It shows no sign of life meanwhile: its row is locked, and nobody can take it over.</summary>
    public ProcessTransaction? EndsIn { get; set; }

    /// <summary>Tells whether its end is stored already, together with what its work has written.</summary>
    public bool HasEnded => EndsIn?.IsCommitted == true;

    /// <summary>Tells whether its work is done, and its end could not be stored so far.</summary>
    public bool EndIsWaiting { get; set; }

    /// <summary>Completes with the next message that is sent to it from now on.</summary>
    public Task MessageSent => Volatile.Read(ref _messageSent).Task;

    public void NoteMessage() => Interlocked.Exchange(ref _messageSent, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public (ProcessProgress Progress, long Version) Read()
    {
        lock (_lock)
            return (_progress, _version);
    }

    /// <summary>Its record, with what it reports now.</summary>
    public ProcessRecord Describe()
    {
        lock (_lock)
            return record with { Progress = _progress, Version = _version, CancelRequested = CancelRequested };
    }

    /// <summary>Foretells the end, and returns what is to be stored.</summary>
    /// <param name="history">How long earlier runs took, shortest first.</param>
    public (ProcessProgress Progress, long Version) Foretell(IReadOnlyList<TimeSpan> history)
    {
        var elapsed = Elapsed;
        var estimate = Estimate.Of(time.GetUtcNow() - elapsed, elapsed, _trail.Read(), history);
        lock (_lock)
        {
            _progress = _progress with { Estimate = estimate };
            return (_progress, _version);
        }
    }

    /// <summary>False when nothing changed.</summary>
    public bool Report(Func<ProcessProgress, ProcessProgress> change)
    {
        bool turned;
        ProcessProgress changed;
        lock (_lock)
        {
            changed = change(_progress);
            changed = changed with { Estimate = changed.Estimate ?? _progress.Estimate };
            if (changed == _progress)
                return false;

            turned = Milestone.Of(changed) != Milestone.Of(_progress);
            _progress = changed;
            _version++;
        }

        if (changed.Percent is { } percent)
            _trail.Add(Elapsed, percent);
        if (turned)
            watches.Turned(Id);
        else
            watches.Changed(Id);
        return true;
    }

    /// <summary>Signals the token, and does not wait for what the work does then: it may block its thread.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (CancelRequested)
                return;

            _version++;
            CancelRequested = true;
        }

        watches.Turned(Id);
        _ = SignalAsync();
    }

    public Task StopAsync()
    {
        Stopping = true;
        return SignalAsync();
    }

    /// <summary>Ends a run that is not the current one any more. Its end, if it has come, decides for itself.</summary>
    public Task LoseAsync()
    {
        lock (_lock)
        {
            if (_isEnding)
                return Task.CompletedTask;

            IsLost = true;
        }

        return SignalAsync();
    }

    /// <summary>Does what the store says of its run.</summary>
    public void Apply(Heartbeat heard)
    {
        if (heard.Lost.Contains(Id))
            _ = LoseAsync();
        else if (heard.CancelRequested.Contains(Id))
            Cancel();
    }

    /// <summary>False where it is lost, and has no end to store.</summary>
    public bool TryBeginEnd()
    {
        lock (_lock)
            return _isEnding = !IsLost;
    }

    /// <summary>Notes that the store has refused its end, because another run has taken over.</summary>
    public void NoteLost()
    {
        lock (_lock)
            (_isEnding, IsLost) = (false, true);
    }

    public void Dispose() => _cancellation.Dispose();

    private TimeSpan Elapsed => time.GetElapsedTime(_began);

    private async Task SignalAsync()
    {
        try
        {
            await _cancellation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the meantime.
        }
        catch (AggregateException)
        {
            // A callback of the work's own failed: its token is signalled all the same.
        }
    }
}
