namespace AsyncViews.Storage;

/// <summary>One process of the in-memory store, guarded by the store's lock.</summary>
internal sealed class InMemoryProcess(NewProcess process, Content body, long sequence, DateTimeOffset now)
{
    private ReadOnlyMemory<byte> _response;
    private Content? _responseBody;
    private bool _served;

    public ProcessRecord Record { get; private set; } = new()
    {
        Id = process.Id,
        Type = process.Type,
        Owner = process.Owner,
        Origin = process.Origin,
        Sequence = sequence,
        Priority = process.Priority,
        NotBefore = process.NotBefore,
        StartBefore = process.StartBefore,
        MaxStarts = process.MaxStarts,
        MaxAttempts = process.MaxAttempts,
        IsLimited = process.IsLimited,
        HasIdempotencyKey = process.HasIdempotencyKey,
        State = process.NotBefore > now ? ProcessState.Scheduled : ProcessState.Queued,
        Version = 1,
        CreatedAt = now,
    };

    public ProcessId Id => Record.Id;

    public string? SubmissionKey { get; } = process.SubmissionKey;

    public string? Identity { get; } = process.Identity;

    public ReadOnlyMemory<byte> Submission { get; private set; } = process.Submission;

    public ReadOnlyMemory<byte> RunSecrets { get; private set; } = process.RunSecrets;

    public Content? Body { get; private set; } = body;

    public void Change(Func<ProcessRecord, ProcessRecord> change, long version = 0) =>
        Record = change(Record) with { Version = Math.Max(Record.Version + 1, version) };

    /// <summary>Its attempt has failed, and it waits for the next.</summary>
    public void Retry(ProcessOutcome outcome, DateTimeOffset at) => Change(
        record => record with
        {
            State = ProcessState.Scheduled,
            NotBefore = outcome.NotBefore,
            Priority = Math.Max(record.Priority - 1, 0),
            Progress = outcome.Progress,
            Failures = [.. record.Failures, ProcessFailure.Of(record.Fence, at, outcome.Error)],
            Node = null,
            StartedAt = null,
        },
        outcome.Version);

    public void Finish(ProcessOutcome outcome, Content? responseBody, DateTimeOffset at, TimeSpan retention)
    {
        Change(
            record => record with
            {
                State = outcome.State,
                Progress = outcome.Progress,
                Reason = outcome.Reason,
                Error = outcome.Error,
                EndedAt = at,
                ExpiresAt = at + retention,
            },
            outcome.Version);
        _response = outcome.Response;
        _responseBody = responseBody;
        RunSecrets = default;
        if (!outcome.State.KeepsSubmission())
            ForgetRequest();
    }

    public KeptSubmission? OpenSubmission() =>
        Record.State.IsEnded() && Body is not null ? new KeptSubmission(Submission, Body.OpenRead()) : null;

    public bool KeepSubmission(ReadOnlyMemory<byte> submission, Content body)
    {
        if (Record.State != ProcessState.Succeeded || Record.IsGone || Body is not null)
            return false;

        (Submission, Body) = (submission, body);
        return true;
    }

    public StoredResult? OpenResult() => _responseBody is null ? null : new StoredResult(_response, _responseBody.OpenRead());

    public bool MarkServed() => _responseBody is not null && !_served && (_served = true);

    public void Bury()
    {
        ForgetRequest();
        _responseBody?.Delete();
        _responseBody = null;
        _response = default;
        Change(record => record with { IsGone = true, Origin = null, Progress = ProcessProgress.None, Failures = [], Reason = null, Error = null });
    }

    public void Discard(DateTimeOffset at)
    {
        Bury();
        Record = Record with { IsDiscarded = true, ExpiresAt = at };
    }

    private void ForgetRequest()
    {
        Body?.Delete();
        Body = null;
        Submission = default;
    }
}
