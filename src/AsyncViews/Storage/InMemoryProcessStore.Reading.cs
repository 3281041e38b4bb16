namespace AsyncViews.Storage;

/// <content>Queries of readers.</content>
internal sealed partial class InMemoryProcessStore
{
    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process) ? Describe(process) : null);
    }

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(IReadOnlyCollection<string>? owners, int count, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var processes = owners is not null
                ? _owners.List(owners, count)
                : _processes.Values.Where(process => !process.Record.IsGone).OrderByDescending(process => process.Record.Sequence).Take(count);
            return ValueTask.FromResult<IReadOnlyList<ProcessRecord>>([.. processes.Select(Describe)]);
        }
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

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default)
    {
        var freeBytes = _files.FreeBytes;
        lock (_lock)
            return ValueTask.FromResult(new StoreLoad(_submissions, _submissionBytes, freeBytes));
    }

    public ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var live = _queue.Inspect(_schedule.Count, _running, _durations);
            return ValueTask.FromResult(live with { Ended = _ends.Counts, LastFailureAt = _ends.LastFailureAt });
        }
    }
}
