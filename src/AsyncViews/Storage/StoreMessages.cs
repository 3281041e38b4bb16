namespace AsyncViews.Storage;

/// <summary>A process to be accepted.</summary>
public sealed record NewProcess
{
    /// <summary>Drawn by the caller.</summary>
    public required ProcessId Id { get; init; }

    /// <inheritdoc cref="ProcessRecord.Type" />
    public required string Type { get; init; }

    /// <inheritdoc cref="ProcessRecord.Owner" />
    public required string Owner { get; init; }

    /// <summary>What makes two submissions the same one; null where nothing does.</summary>
    public string? SubmissionKey { get; init; }

    /// <inheritdoc cref="ProcessRecord.HasIdempotencyKey" />
    public bool HasIdempotencyKey { get; init; }

    /// <inheritdoc cref="ProcessRecord.MaxStarts" />
    public int MaxStarts { get; init; } = 1;

    /// <inheritdoc cref="ProcessRecord.MaxAttempts" />
    public int MaxAttempts { get; init; } = 1;

    /// <inheritdoc cref="ProcessRecord.Priority" />
    public int Priority { get; init; } = ProcessRecord.DefaultPriority;

    /// <inheritdoc cref="ProcessRecord.NotBefore" />
    public DateTimeOffset? NotBefore { get; init; }

    /// <inheritdoc cref="ProcessRecord.StartBefore" />
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>What <see cref="IProcessStore.DescheduleAsync"/> finds it by; null where nothing does. Secret: what it is made of may be guessed.</summary>
    public string? Identity { get; init; }

    /// <inheritdoc cref="ProcessRecord.Origin" />
    public string? Origin { get; init; }

    /// <summary>What was sent, without its body, opaque to the store.</summary>
    public required ReadOnlyMemory<byte> Submission { get; init; }

    /// <summary>What of it no later sending may use, opaque to the store: deleted when the process ends, however it ends.</summary>
    public ReadOnlyMemory<byte> RunSecrets { get; init; }

    /// <summary>The body of what was sent: a request's, or a job's arguments.</summary>
    public required ContentSpool Body { get; init; }

    /// <inheritdoc cref="ProcessRecord.IsLimited" />
    public bool IsLimited { get; init; } = true;
}

/// <summary>What became of a process to be accepted.</summary>
public enum AddOutcome
{
    /// <summary>It is accepted.</summary>
    Added,

    /// <summary>Another process stands for the same submission: see <see cref="ProcessRecord.StandsForSubmission"/>.</summary>
    AlreadyThere,

    /// <summary>The queue has no room.</summary>
    QueueFull,

    /// <summary>Its owner has as many live processes as one may have.</summary>
    OwnerLimit,
}

/// <summary>The answer to <see cref="IProcessStore.AddAsync"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">The process that now stands for the submission; null where it was refused.</param>
public readonly record struct AddResult(AddOutcome Outcome, ProcessId? Id = null);

/// <summary>The answer to <see cref="IProcessStore.QueueDueAsync"/>.</summary>
/// <param name="Missed">What it ended.</param>
/// <param name="Next">When there is something to do again; null where nothing waits for a time.</param>
public sealed record DueResult(IReadOnlyList<ProcessId> Missed, DateTimeOffset? Next);

/// <summary>A process that this node runs from now on.</summary>
/// <param name="Record">The record after the claim.</param>
/// <param name="Submission">What was sent, without its body.</param>
/// <param name="RunSecrets">What of it is kept until the end of the process only.</param>
/// <param name="Body">The body of what was sent.</param>
public sealed record ClaimedProcess(ProcessRecord Record, ReadOnlyMemory<byte> Submission, ReadOnlyMemory<byte> RunSecrets, Content Body);

/// <summary>What was sent, kept to be sent again.</summary>
/// <param name="Submission">What was sent, without its body.</param>
/// <param name="Body">Its body; the caller disposes it.</param>
public sealed record KeptSubmission(ReadOnlyMemory<byte> Submission, Stream Body);

/// <summary>How a run ended.</summary>
/// <param name="State">Succeeded, Failed, Canceled or Interrupted; Scheduled where the run failed and the process is tried again.</param>
public sealed record ProcessOutcome(ProcessState State)
{
    /// <summary>When the next attempt is due. Only with Scheduled.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What it had reported last.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>At least this, and more than what readers have seen of the run.</summary>
    public long Version { get; init; }

    /// <inheritdoc cref="ProcessRecord.Reason" />
    public ProcessReason? Reason { get; init; }

    /// <inheritdoc cref="ProcessRecord.Error" />
    public string? Error { get; init; }

    /// <summary>The captured response without its body, opaque to the store. Only with Succeeded.</summary>
    public ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>The captured response's body. Only with Succeeded.</summary>
    public ContentSpool? Body { get; init; }

    /// <summary>What somebody has asked to stop while it failed is not tried again.</summary>
    internal ProcessOutcome UnlessCanceled(ProcessRecord record) =>
        State == ProcessState.Scheduled && record.CancelRequested ? this with { State = ProcessState.Failed, NotBefore = null } : this;

    /// <exception cref="ArgumentException">No run ends like this.</exception>
    internal void ThrowIfNoEndOfARun()
    {
        if (State == ProcessState.Queued || !ProcessState.Running.CanBecome(State))
            throw new ArgumentException($"A run cannot end as {State}.");
    }
}

/// <summary>A captured response.</summary>
/// <param name="Response">Status and headers, opaque to the store.</param>
/// <param name="Body">The body, seekable; the caller disposes it.</param>
public sealed record StoredResult(ReadOnlyMemory<byte> Response, Stream Body);

/// <summary>How busy a store is.</summary>
/// <param name="Queued">Submissions that wait; jobs are not among them.</param>
/// <param name="QueuedBytes">The bytes of their bodies.</param>
/// <param name="FreeDiskBytes">The room left for content.</param>
public readonly record struct StoreLoad(int Queued, long QueuedBytes, long FreeDiskBytes);

/// <summary>What is live in a store, and what has ended.</summary>
/// <param name="Scheduled">Processes whose time has not come.</param>
/// <param name="Queued">Processes that wait for a worker.</param>
/// <param name="OldestQueuedAt">Since when the one of them could have started that waits longest.</param>
/// <param name="Running">Processes that run.</param>
/// <param name="Stuck">Those of them without a sign of life for longer than a lease.</param>
/// <param name="Types">Every type of which something is queued.</param>
public sealed record StoreInspection(int Scheduled, int Queued, DateTimeOffset? OldestQueuedAt, int Running, int Stuck, IReadOnlyList<QueuedType> Types)
{
    /// <summary>What has ended and is not gone, counted by type and state. What nothing has come to is left out.</summary>
    public IReadOnlyList<EndedCount> Ended { get; init; } = [];

    /// <summary>When an attempt failed last, of what is not gone, whether or not it was tried again; null where none did.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>The types of queued processes that are not among those that a node knows.</summary>
    public IReadOnlyList<string> UnknownTypes(IReadOnlySet<string> known) => [.. Types.Select(type => type.Type).Where(type => !known.Contains(type))];
}

/// <summary>What is queued of one type.</summary>
/// <param name="Type">Which.</param>
/// <param name="Queued">Processes that wait for a worker.</param>
/// <param name="AverageRun">How long those took on average that succeeded lately; null where none did.</param>
public sealed record QueuedType(string Type, int Queued, TimeSpan? AverageRun);

/// <summary>What has ended of one type in one state.</summary>
/// <param name="Type">Which type.</param>
/// <param name="State">Which end.</param>
/// <param name="Count">Processes that have come to it and are not gone.</param>
public sealed record EndedCount(string Type, ProcessState State, int Count);
