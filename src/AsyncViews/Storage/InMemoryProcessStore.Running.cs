namespace AsyncViews.Storage;

/// <content>Writes of a run, from its claim to its end.</content>
internal sealed partial class InMemoryProcessStore
{
    public ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(IReadOnlySet<string> types, string node, int count, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            QueueDue(now);
            var next = _queue.All.Where(process => types.Contains(process.Record.Type) && !IsMissed(process.Record, now)).Take(count).ToArray();
            return ValueTask.FromResult<IReadOnlyList<ClaimedProcess>>(Array.ConvertAll(next, process => Claim(process, node, now)));
        }
    }

    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<string> types, string node, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            QueueDue(now);
            return ValueTask.FromResult(_processes.TryGetValue(id, out var process)
                && process.Record.State == ProcessState.Queued && types.Contains(process.Record.Type) && !IsMissed(process.Record, now) ? Claim(process, node, now) : null);
        }
    }

    private ClaimedProcess Claim(InMemoryProcess process, string node, DateTimeOffset now)
    {
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
        return new ClaimedProcess(process.Record, process.Submission, process.RunSecrets, process.Body!);
    }

    private static bool IsMissed(ProcessRecord record, DateTimeOffset now) => record.Fence == 0 && record.StartBefore <= now;

    /// <summary>Its runs live and die with it.</summary>
    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(new Heartbeat(
                [.. alive.Where(run => FindRun(run.Id, run.Fence)?.Record.CancelRequested == true).Select(run => run.Id)],
                [.. alive.Where(run => FindRun(run.Id, run.Fence) is null).Select(run => run.Id)]));
        }
    }

    public IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ProcessChange>();

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
