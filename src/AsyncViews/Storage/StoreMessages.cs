using System.Collections.ObjectModel;

namespace AsyncViews.Storage;

/// <summary>A process to be accepted.</summary>
public sealed record NewProcess
{
    /// <summary>The id, drawn by the caller.</summary>
    public required ProcessId Id { get; init; }

    /// <inheritdoc cref="ProcessRecord.Type" />
    public required ProcessType Type { get; init; }

    /// <inheritdoc cref="ProcessRecord.Owner" />
    public required string Owner { get; init; }

    /// <summary>The key that identifies equal submissions; null if there is none.</summary>
    public string? SubmissionKey { get; init; }

    /// <inheritdoc cref="ProcessRecord.HasIdempotencyKey" />
    public bool HasIdempotencyKey { get; init; }

    /// <summary>The terms of when, in what order and how often it may start. By default once, as soon as a worker is free.</summary>
    public RunTerms Terms { get; init; } = RunTerms.Default;

    /// <inheritdoc cref="ProcessRecord.Quota" />
    public string? Quota { get; init; }

    /// <summary>The identity by which <see cref="IProcessStore.DescheduleAsync"/> finds it; null if it has none. Secret, since its parts may be guessed.</summary>
    public string? Identity { get; init; }

    /// <summary>The entries of metadata by which <see cref="ProcessQuery.Metadata"/> finds it, until it is gone. Secret.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The processes that it waits for, each once. With any, it is Scheduled until the last of them has ended as required.</summary>
    public IReadOnlyList<Predecessor> After { get; init; } = [];

    /// <summary>The reference of the group whose members it waits for, too, until each of them has ended; null for none. Secret.</summary>
    public string? AfterGroup { get; init; }

    /// <summary>The reference of the group that it belongs to; null for none. Secret.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// The failed or interrupted process that is sent again as this one; null if there is none. This one takes its place in its
    /// group, before its followers, and behind its predecessors.
    /// </summary>
    public ProcessId? Replaces { get; init; }

    /// <inheritdoc cref="ProcessRecord.Origin" />
    public string? Origin { get; init; }

    /// <summary>The submission without its body, opaque to the store.</summary>
    public required ReadOnlyMemory<byte> Submission { get; init; }

    /// <summary>The secrets that the submission may not use when it is sent again, opaque to the store. They are deleted when the process ends, however it ends.</summary>
    public ReadOnlyMemory<byte> RunSecrets { get; init; }

    /// <summary>The body: that of a request, or a job's arguments.</summary>
    public required ContentSpool Body { get; init; }

    /// <inheritdoc cref="ProcessRecord.IsLimited" />
    public bool IsLimited { get; init; } = true;

    /// <inheritdoc cref="ProcessRecord.Lane" />
    public string Lane { get => field ?? Owner; init; }

    /// <inheritdoc cref="ProcessRecord.IsAnonymous" />
    public bool IsAnonymous { get; init; }

    /// <summary>Tells whether its lane is the address that it came from, which has limits of its own.</summary>
    public bool HasAddress { get; init; }
}

/// <summary>The outcome of adding a process.</summary>
public enum AddOutcome
{
    /// <summary>It is accepted.</summary>
    Added,

    /// <summary>Another process stands for the same submission: see <see cref="ProcessRecord.StandsForSubmission"/>.</summary>
    AlreadyThere,

    /// <summary>The queue has no room.</summary>
    QueueFull,

    /// <summary>Its owner has the maximum number of live processes already.</summary>
    OwnerLimit,

    /// <summary>The address that it came from has the maximum number of live processes already.</summary>
    AddressLimit,

    /// <summary>The store keeps as much as it may.</summary>
    StoreFull,

    /// <summary>As much as may be kept for its owner, or for the address that it came from, is kept already.</summary>
    KeptLimit,

    /// <summary>A process that it is to follow is unknown.</summary>
    PredecessorUnknown,

    /// <summary>A member of its group has started, so that nothing may join.</summary>
    GroupHasStarted,
}

/// <summary>The answer to <see cref="IProcessStore.AddAsync"/>.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Id">The process that now stands for the submission; null if it was refused.</param>
/// <param name="Claimed">The process as this node runs it from now on; null if it was only accepted.</param>
public readonly record struct AddResult(AddOutcome Outcome, ProcessId? Id = null, ClaimedProcess? Claimed = null);

/// <summary>The answer to <see cref="IProcessStore.QueueDueAsync"/>.</summary>
/// <param name="Missed">The processes that it ended.</param>
/// <param name="Next">The next time at which there is something to do; null if nothing waits for a time.</param>
public sealed record DueResult(IReadOnlyList<ProcessId> Missed, DateTimeOffset? Next);

/// <summary>A process that this node runs from now on.</summary>
/// <param name="Record">The record after the claim.</param>
/// <param name="Submission">The submission without its body.</param>
/// <param name="RunSecrets">The secrets that are kept until the end of the process only.</param>
/// <param name="Body">The body of the submission.</param>
public sealed record ClaimedProcess(ProcessRecord Record, ReadOnlyMemory<byte> Submission, ReadOnlyMemory<byte> RunSecrets, Content Body);

/// <summary>A submission that is kept to be sent again.</summary>
/// <param name="Submission">The submission without its body.</param>
/// <param name="Body">Its body; the caller disposes it.</param>
public sealed record KeptSubmission(ReadOnlyMemory<byte> Submission, Stream Body);

/// <summary>The outcome of a run.</summary>
/// <param name="State">Succeeded, Failed, Canceled or Interrupted; Scheduled if the run failed and the process is retried.</param>
public sealed record ProcessOutcome(ProcessState State)
{
    /// <summary>The time of the next attempt. Only with Scheduled.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The progress that it reported last.</summary>
    public ProcessProgress Progress { get; init; } = ProcessProgress.None;

    /// <summary>The least version that the process gets, greater than any that readers have seen of the run.</summary>
    public long Version { get; init; }

    /// <inheritdoc cref="ProcessRecord.Reason" />
    public ProcessReason? Reason { get; init; }

    /// <inheritdoc cref="ProcessRecord.Error" />
    public string? Error { get; init; }

    /// <summary>The captured response without its body, opaque to the store. Only with Succeeded.</summary>
    public ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>The captured response's body. Only with Succeeded.</summary>
    public ContentSpool? Body { get; init; }

    /// <summary>The outcome of a process that should have started by now.</summary>
    public static ProcessOutcome Missed(ProcessRecord record) =>
        new(ProcessState.Missed) { Reason = ProcessReason.NotStartedBefore(record.Terms.StartBefore!.Value) };

    /// <summary>The outcome of a process that can never start, since its predecessor has not ended as required.</summary>
    public static ProcessOutcome NotFollowed { get; } = new(ProcessState.Canceled) { Reason = ProcessReason.NotFollowed };

    /// <summary>The outcome of a process whose submission is damaged, so that it can never start.</summary>
    public static ProcessOutcome Damaged { get; } = new(ProcessState.Failed) { Reason = ProcessReason.SubmissionDamaged };

    /// <summary>The outcome for this process, or Failed in place of Scheduled: a process that somebody asked to stop while it failed is not retried.</summary>
    public ProcessOutcome UnlessCanceled(ProcessRecord record) =>
        State == ProcessState.Scheduled && record.CancelRequested ? this with { State = ProcessState.Failed, NotBefore = null } : this;

    /// <summary>Refuses what cannot be the outcome of a run. Every store calls it before it changes anything.</summary>
    /// <exception cref="ArgumentException">No run ends like this.</exception>
    public void ThrowIfNoEndOfARun()
    {
        if (State == ProcessState.Queued || !ProcessState.Running.CanBecome(State))
            throw new ArgumentException($"A run cannot end as {State}.");
    }
}

/// <summary>A message to a process.</summary>
/// <param name="Number">The number, greater than that of any message which was sent to the process before.</param>
/// <param name="Content">The message, opaque to the store.</param>
/// <param name="SentAt">The time at which it was sent.</param>
public sealed record StoredMessage(long Number, ReadOnlyMemory<byte> Content, DateTimeOffset SentAt)
{
    /// <summary>The number of messages that are read at once.</summary>
    public const int Batch = 100;
}

/// <summary>A captured response.</summary>
/// <param name="Response">Status and headers, opaque to the store.</param>
/// <param name="Body">The body, seekable; the caller disposes it.</param>
public sealed record StoredResult(ReadOnlyMemory<byte> Response, Stream Body);

/// <summary>The load of a store.</summary>
/// <param name="Queued">The number of waiting submissions, without jobs.</param>
/// <param name="QueuedBytes">The size of their bodies in bytes.</param>
/// <param name="FreeDiskBytes">The bytes left for content.</param>
/// <param name="KeptBytes">The bytes that are kept of all submissions, see <see cref="StoreLimits.BytesOf"/>.</param>
public readonly record struct StoreLoad(int Queued, long QueuedBytes, long FreeDiskBytes, long KeptBytes = 0);

/// <summary>The submissions of one owner, or in one lane, without what code has scheduled.</summary>
/// <param name="Live">The number of live processes.</param>
/// <param name="KeptBytes">The bytes that are kept of these and of ended ones, see <see cref="StoreLimits.BytesOf"/>.</param>
public readonly record struct SenderLoad(int Live, long KeptBytes);

/// <summary>The submissions that count for whoever sends one more.</summary>
/// <param name="OfOwner">Those of its owner.</param>
/// <param name="InLane">Those in its lane.</param>
public readonly record struct SenderLoads(SenderLoad OfOwner, SenderLoad InLane);

/// <summary>The live and the ended processes of a store.</summary>
/// <param name="Scheduled">The number of processes whose time has not come.</param>
/// <param name="Queued">The number of processes that wait for a worker.</param>
/// <param name="OldestQueuedAt">The time from which the longest waiting of them could have started.</param>
/// <param name="Running">The number of running processes.</param>
/// <param name="Stuck">The number of those without a sign of life for longer than a lease.</param>
/// <param name="Types">Every type that has queued processes.</param>
public sealed record StoreInspection(int Scheduled, int Queued, DateTimeOffset? OldestQueuedAt, int Running, int Stuck, IReadOnlyList<QueuedType> Types)
{
    /// <summary>The ended processes that are not gone, counted by type and state. Counts of zero are left out.</summary>
    public IReadOnlyList<EndedCount> Ended { get; init; } = [];

    /// <summary>The time of the last failed attempt of all processes that are not gone, whether or not it was retried; null if none failed.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>The number of processes that the store has set aside, since damage keeps them from being started.</summary>
    public int SetAside { get; init; }

    /// <summary>Every quota that has queued or running processes.</summary>
    public IReadOnlyList<QuotaUse> Quotas { get; init; } = [];

    /// <summary>The types of queued processes that are not among those that a node knows.</summary>
    public IReadOnlyList<ProcessType> UnknownTypes(IReadOnlySet<ProcessType> known) => [.. Types.Select(type => type.Type).Where(type => !known.Contains(type))];
}

/// <summary>The queued processes of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Queued">The number of processes that wait for a worker.</param>
/// <param name="AverageRun">The average duration of the runs that succeeded lately; null if none did.</param>
public sealed record QueuedType(ProcessType Type, int Queued, TimeSpan? AverageRun);

/// <summary>The processes under one quota.</summary>
/// <param name="Name">The name of the quota.</param>
/// <param name="Queued">The number of processes that wait for a worker, or for a place.</param>
/// <param name="Running">The number of running processes.</param>
public sealed record QuotaUse(string Name, int Queued, int Running);

/// <summary>The ended processes of one type in one state.</summary>
/// <param name="Type">The type.</param>
/// <param name="State">The state in which they ended.</param>
/// <param name="Count">The number of these that are not gone.</param>
public sealed record EndedCount(ProcessType Type, ProcessState State, int Count);
