namespace AsyncViews.Storage;

/// <summary>
/// The changes of a record, one for each event. A store that keeps records uses these; the statements of one that keeps rows come to the
/// same. The version grows with every change.
/// </summary>
public static class ProcessChanges
{
    /// <summary>The record of a process that is accepted now.</summary>
    /// <param name="process">The process.</param>
    /// <param name="sequence">The number of its arrival, greater than any before.</param>
    /// <param name="turn">Its turn number, see <see cref="TurnAfter"/>.</param>
    /// <param name="now">The time of its acceptance.</param>
    /// <param name="waitsFor">The number of processes that it waits for.</param>
    public static ProcessRecord Accepted(this NewProcess process, long sequence, long turn, DateTimeOffset now, int waitsFor = 0) => new()
    {
        Id = process.Id,
        Type = process.Type,
        Owner = process.Owner,
        Lane = process.Lane,
        IsAnonymous = process.IsAnonymous,
        Turn = turn,
        Origin = process.Origin,
        Terms = process.Terms,
        Quota = process.Quota,
        IsLimited = process.IsLimited,
        HasIdempotencyKey = process.HasIdempotencyKey,
        Sequence = sequence,
        State = waitsFor > 0 || process.Terms.NotBefore > now ? ProcessState.Scheduled : ProcessState.Queued,
        WaitsFor = waitsFor,
        Version = 1,
        CreatedAt = now,
    };

    /// <summary>
    /// Returns the turn number of a new process. It joins the queue at the turn that starts next, or behind the last of its own
    /// lane, so a lane with a thousand waiting processes delays the first of another by one.
    /// </summary>
    /// <param name="next">The lowest turn number of the queued processes of its priority and scheduled time; null if there are none.</param>
    /// <param name="lanesLast">The highest turn number of the live processes of its lane, of the same priority and scheduled time; null if there are none.</param>
    public static long TurnAfter(long? next, long? lanesLast) => Math.Max(next ?? 0, lanesLast + 1 ?? 0);

    /// <summary>Returns whether it has not started and should have started by now: it ends with <see cref="ProcessOutcome.Missed"/>.</summary>
    public static bool IsMissed(this ProcessRecord record, DateTimeOffset now) =>
        record.State < ProcessState.Running && record.Fence == 0 && record.Terms.StartBefore <= now;

    /// <summary>Lets it wait for one process fewer. After the last of them, it waits for its time, if that has not come, and is queued if it has.</summary>
    public static ProcessRecord WaitsForOneFewer(this ProcessRecord record, DateTimeOffset now) => record.WaitsFor > 1
        ? record with { WaitsFor = record.WaitsFor - 1, Version = record.Version + 1 }
        : record with { WaitsFor = 0, ReleasedAt = now, State = record.Terms.NotBefore > now ? ProcessState.Scheduled : ProcessState.Queued, Version = record.Version + 1 };

    /// <summary>Lets it wait for one process more.</summary>
    public static ProcessRecord WaitsForOneMore(this ProcessRecord record) => record with { WaitsFor = record.WaitsFor + 1, Version = record.Version + 1 };

    /// <summary>Queues it, because its scheduled time has come.</summary>
    public static ProcessRecord Due(this ProcessRecord record) => record with { State = ProcessState.Queued, Version = record.Version + 1 };

    /// <summary>Queues it before its scheduled time, which is now from then on.</summary>
    public static ProcessRecord DueNow(this ProcessRecord record, DateTimeOffset now) => (record with { Terms = record.Terms with { NotBefore = now } }).Due();

    /// <summary>Lets a node take it: it is Queued, and not <see cref="IsMissed"/>.</summary>
    /// <param name="record">The record.</param>
    /// <param name="node">The node.</param>
    /// <param name="now">The time of the claim.</param>
    public static ProcessRecord Claimed(this ProcessRecord record, string node, DateTimeOffset now) => record with
    {
        Version = record.Version + 1,
        Starts = ProcessStart.Append(record.Starts, new ProcessStart(record.Fence + 1, now, node)),
        State = ProcessState.Running,
        Progress = ProcessProgress.None,
        Fence = record.Fence + 1,
        StartedAt = now,
    };

    /// <summary>Notes the progress of its run, which has a version greater than its own.</summary>
    public static ProcessRecord Reported(this ProcessRecord record, ProcessProgress progress, long version) =>
        record with { Progress = progress, Version = record.NextVersion(version) };

    /// <summary>Notes that somebody has asked its run to stop.</summary>
    public static ProcessRecord AskedToStop(this ProcessRecord record) =>
        record.CancelRequested ? record : record with { CancelRequested = true, Version = record.Version + 1 };

    /// <summary>Queues it once more, because its run was lost and it may start again.</summary>
    public static ProcessRecord Lost(this ProcessRecord record) => record with { State = ProcessState.Queued, StartedAt = null, Version = record.Version + 1 };

    /// <summary>Lets it wait for its next attempt, behind others, because this one has failed.</summary>
    /// <param name="record">The record of the run.</param>
    /// <param name="outcome">The outcome of the attempt, with the state Scheduled.</param>
    /// <param name="now">The time of the failure.</param>
    public static ProcessRecord Retried(this ProcessRecord record, ProcessOutcome outcome, DateTimeOffset now) => record with
    {
        Version = record.NextVersion(outcome.Version),
        State = ProcessState.Scheduled,
        Terms = record.Terms with { NotBefore = outcome.NotBefore, Priority = record.Terms.NextPriority },
        Progress = outcome.Progress,
        Failures = [.. record.Failures, ProcessFailure.Of(record.Fence, now, outcome.Error)],
        StartedAt = null,
    };

    /// <summary>Ends it.</summary>
    /// <param name="record">The record of the live process.</param>
    /// <param name="outcome">Its outcome, with a final state.</param>
    /// <param name="now">The time of its end.</param>
    /// <param name="retention">The time for which it is kept: <see cref="AsyncViewsOptions.ResultRetention"/>.</param>
    public static ProcessRecord Ended(this ProcessRecord record, ProcessOutcome outcome, DateTimeOffset now, TimeSpan retention) => record with
    {
        Version = record.NextVersion(outcome.Version),
        State = outcome.State,
        WaitsFor = 0,
        Progress = outcome.Progress,
        Reason = outcome.Reason,
        Error = outcome.Error,
        EndedAt = now,
        ExpiresAt = now + retention,
    };

    /// <summary>Leaves only its tombstone: owner, state and times.</summary>
    /// <param name="record">The record of the ended process.</param>
    /// <param name="discardedAt">The time at which its owner discarded it; null if it expired.</param>
    public static ProcessRecord Gone(this ProcessRecord record, DateTimeOffset? discardedAt = null) => record with
    {
        Version = record.Version + 1,
        IsGone = true,
        IsDiscarded = discardedAt is not null,
        ExpiresAt = discardedAt ?? record.ExpiresAt,
        Origin = null,
        Progress = ProcessProgress.None,
        Failures = [],
        Starts = [],
        Reason = null,
        Error = null,
    };

    private static long NextVersion(this ProcessRecord record, long least) => Math.Max(record.Version + 1, least);
}
