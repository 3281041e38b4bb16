namespace AsyncViews.Storage;

/// <content>Scheduled times, recovery and retention.</content>
internal sealed partial class InMemoryProcessStore
{
    public ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var missed = _deadlines.FindDue(now);
            foreach (var process in missed)
                End(process, new ProcessOutcome(ProcessState.Missed) { Reason = ProcessReason.NotStartedBefore(process.Record.StartBefore!.Value) }, null);

            QueueDue(now);
            var next = _schedule.Next is { } due && !(due > _deadlines.Next) ? due : _deadlines.Next;
            return ValueTask.FromResult(new DueResult([.. missed.Select(process => process.Id)], next));
        }
    }

    private void QueueDue(DateTimeOffset now)
    {
        foreach (var process in _schedule.FindDue(now))
        {
            EndWaiting(process);
            process.Change(record => record with { State = ProcessState.Queued });
            BeginWaiting(process);
        }
    }

    /// <summary>Its runs live and die with it.</summary>
    public ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, bool hasContact, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

    public ValueTask<int> MissUnknownAsync(IReadOnlySet<string> types, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var missed = _queue.FindUnknown(types, time.GetUtcNow() - timeout);
            missed.ForEach(process => End(process, new ProcessOutcome(ProcessState.Missed), null));
            return ValueTask.FromResult(missed.Count);
        }
    }

    public ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_processes.TryGetValue(id, out var process) || process.Record.IsGone || !process.Record.State.IsEnded())
                return ValueTask.FromResult(false);

            _ends.Remove(process);
            process.Discard(time.GetUtcNow());
            Withdraw(process);
            _retention.AddGone(process);
            return ValueTask.FromResult(true);
        }
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
}
