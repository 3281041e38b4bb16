namespace AsyncViews.Storage;

/// <content>Writes of a run, from its claim to its end.</content>
internal sealed partial class InMemoryProcessStore
{
    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, string node, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!_processes.TryGetValue(id, out var process) || process.Record.State != ProcessState.Queued || IsMissed(process.Record, now))
                return ValueTask.FromResult<ClaimedProcess?>(null);

            EndWaiting(process);
            _deadlines.Remove(process);
            _running++;
            process.Change(record => record with
            {
                State = ProcessState.Running,
                Fence = record.Fence + 1,
                Node = node,
                StartedAt = now,
            });
            return ValueTask.FromResult<ClaimedProcess?>(new ClaimedProcess(process.Record, process.Submission, process.RunSecrets, process.Body!));
        }
    }

    private static bool IsMissed(ProcessRecord record, DateTimeOffset now) => record.Fence == 0 && record.StartBefore <= now;

    /// <summary>Its runs live and die with it.</summary>
    public ValueTask HeartbeatAsync(IReadOnlyCollection<ProcessId> alive, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

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
        outcome.ThrowIfNoEndOfARun();
        var body = outcome.Body is null ? null : await outcome.Body.CompleteAsync(cancellationToken);
        lock (_lock)
        {
            if (FindRun(id, fence) is not { } process)
                return false;

            var ended = outcome.UnlessCanceled(process.Record);
            if (ended.State == ProcessState.Scheduled)
                Retry(process, ended);
            else
                End(process, ended, body);
            outcome.Body?.Release();
            return true;
        }
    }

    public async ValueTask<bool> KeepSubmissionAsync(
        ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default)
    {
        var content = await body.CompleteAsync(cancellationToken);
        lock (_lock)
        {
            if (!_processes.TryGetValue(id, out var process) || !process.KeepSubmission(submission, content))
                return false;

            body.Release();
            return true;
        }
    }

    private void Retry(InMemoryProcess process, ProcessOutcome outcome)
    {
        _running--;
        _ends.Remove(process);
        process.Retry(outcome, time.GetUtcNow());
        _ends.Add(process);
        BeginWaiting(process);
    }

    private InMemoryProcess? FindRun(ProcessId id, int fence) =>
        _processes.TryGetValue(id, out var process) && process.Record.State == ProcessState.Running && process.Record.Fence == fence ? process : null;
}
