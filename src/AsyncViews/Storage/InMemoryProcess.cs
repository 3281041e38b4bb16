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
        MaxStarts = process.MaxStarts,
        State = ProcessState.Queued,
        Version = 1,
        CreatedAt = now,
    };

    public ProcessId Id => Record.Id;

    public string? SubmissionKey { get; } = process.SubmissionKey;

    public ReadOnlyMemory<byte> Submission { get; private set; } = process.Submission;

    public ReadOnlyMemory<byte> RunSecrets { get; private set; } = process.RunSecrets;

    public Content? Body { get; private set; } = body;

    public void Change(Func<ProcessRecord, ProcessRecord> change, long version = 0) =>
        Record = change(Record) with { Version = Math.Max(Record.Version + 1, version) };

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
        Record.State.KeepsSubmission() && Body is not null ? new KeptSubmission(Submission, Body.OpenRead()) : null;

    public StoredResult? OpenResult() => _responseBody is null ? null : new StoredResult(_response, _responseBody.OpenRead());

    public bool MarkServed() => _responseBody is not null && !_served && (_served = true);

    public void Bury()
    {
        ForgetRequest();
        _responseBody?.Delete();
        _responseBody = null;
        _response = default;
        Change(record => record with { IsGone = true, Origin = null, Progress = ProcessProgress.None, Reason = null, Error = null });
    }

    private void ForgetRequest()
    {
        Body?.Delete();
        Body = null;
        Submission = default;
    }
}
