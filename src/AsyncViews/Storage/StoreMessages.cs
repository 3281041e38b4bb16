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

    /// <summary>How often it may start at all: more than 1 where a run may be repeated after the server stopped in it.</summary>
    public int MaxStarts { get; init; } = 1;

    /// <inheritdoc cref="ProcessRecord.Origin" />
    public string? Origin { get; init; }

    /// <summary>The captured request without its body, opaque to the store.</summary>
    public required ReadOnlyMemory<byte> Submission { get; init; }

    /// <summary>What of the request no later sending may use, opaque to the store: deleted when the process ends, however it ends.</summary>
    public ReadOnlyMemory<byte> RunSecrets { get; init; }

    /// <summary>The captured request's body.</summary>
    public required ContentSpool Body { get; init; }
}

/// <summary>What became of a process to be accepted.</summary>
public enum AddOutcome
{
    /// <summary>It is accepted.</summary>
    Added,

    /// <summary>The same submission is live, or ended less than a minute ago.</summary>
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

/// <summary>A process that this node runs from now on.</summary>
/// <param name="Record">The record after the claim.</param>
/// <param name="Submission">The captured request without its body.</param>
/// <param name="RunSecrets">What of the request is kept until the end of the process only.</param>
/// <param name="Body">The captured request's body.</param>
public sealed record ClaimedProcess(ProcessRecord Record, ReadOnlyMemory<byte> Submission, ReadOnlyMemory<byte> RunSecrets, Content Body);

/// <summary>A captured request that is kept to be sent again.</summary>
/// <param name="Submission">The captured request without its body.</param>
/// <param name="Body">The captured request's body; the caller disposes it.</param>
public sealed record KeptSubmission(ReadOnlyMemory<byte> Submission, Stream Body);

/// <summary>How a run ended.</summary>
/// <param name="State">Succeeded, Failed, Canceled or Interrupted.</param>
public sealed record ProcessOutcome(ProcessState State)
{
    /// <summary>What it had reported last.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>At least this, and more than what readers have seen of the run.</summary>
    public long Version { get; init; }

    /// <inheritdoc cref="ProcessRecord.Reason" />
    public string? Reason { get; init; }

    /// <inheritdoc cref="ProcessRecord.Error" />
    public string? Error { get; init; }

    /// <summary>The captured response without its body, opaque to the store. Only with Succeeded.</summary>
    public ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>The captured response's body. Only with Succeeded.</summary>
    public ContentSpool? Body { get; init; }
}

/// <summary>A captured response.</summary>
/// <param name="Response">Status and headers, opaque to the store.</param>
/// <param name="Body">The body, seekable; the caller disposes it.</param>
public sealed record StoredResult(ReadOnlyMemory<byte> Response, Stream Body);

/// <summary>How busy a store is.</summary>
/// <param name="Queued">Processes that wait.</param>
/// <param name="QueuedBytes">The bytes of their request bodies.</param>
/// <param name="Running">Processes that run.</param>
/// <param name="FreeDiskBytes">The room left for content.</param>
public readonly record struct StoreLoad(int Queued, long QueuedBytes, int Running, long FreeDiskBytes);

/// <summary>What is live in a store.</summary>
/// <param name="Queued">Processes that wait.</param>
/// <param name="OldestQueuedAt">When the one that waits longest was accepted.</param>
/// <param name="Running">Processes that run.</param>
/// <param name="Stuck">Those of them without a sign of life for longer than a lease.</param>
/// <param name="UnknownTypes">The types of queued processes that this node cannot run.</param>
public sealed record StoreInspection(int Queued, DateTimeOffset? OldestQueuedAt, int Running, int Stuck, IReadOnlyList<string> UnknownTypes);
