namespace AsyncViews.Storage.InMemory;

/// <summary>One process of the in-memory store, guarded by the store's lock.</summary>
internal sealed class InMemoryProcess(NewProcess process, Content body, ProcessRecord record)
{
    private bool _served;

    public ProcessRecord Record { get; set; } = record;

    public ProcessId Id => Record.Id;

    public string? SubmissionKey { get; } = process.SubmissionKey;

    public string? Identity { get; } = process.Identity;

    public IReadOnlyDictionary<string, string> Metadata { get; } = process.Metadata;

    public ReadOnlyMemory<byte> Submission { get; private set; } = process.Submission;

    public ReadOnlyMemory<byte> RunSecrets { get; private set; } = process.RunSecrets;

    public Content? Body { get; private set; } = body;

    public ReadOnlyMemory<byte> Response { get; private set; }

    public Content? ResponseBody { get; private set; }

    /// <summary>The bytes that are kept of it now.</summary>
    public long Bytes => StoreLimits.RowBytes + (Record.Origin?.Length ?? 0) + Submission.Length + RunSecrets.Length + (Body?.Length ?? 0) + Response.Length + (ResponseBody?.Length ?? 0);

    /// <summary>The bytes that it was counted with last.</summary>
    public long CountedBytes { get; set; }

    /// <summary>The group that it belongs to; null if it has none.</summary>
    public InMemoryGroup? Group { get; set; }

    /// <summary>Tells whether it is forgotten when its run has ended.</summary>
    public bool IsRemovedAtEnd { get; private set; }

    /// <summary>Asks its run to stop, and has it forgotten then.</summary>
    public void RemoveAtEnd()
    {
        Record = Record.AskedToStop();
        IsRemovedAtEnd = true;
    }

    /// <summary>Ends it, and adds the content that nothing needs any more.</summary>
    public void End(ProcessRecord ended, ReadOnlyMemory<byte> response, Content? responseBody, List<Content> unneeded)
    {
        Record = ended;
        (Response, ResponseBody) = (response, responseBody);
        RunSecrets = default;
        if (!ended.State.KeepsSubmission())
            LeaveRequest(unneeded);
    }

    /// <summary>Leaves its tombstone, and adds the content that nothing needs any more.</summary>
    public void Bury(DateTimeOffset? discardedAt, List<Content> unneeded)
    {
        Record = Record.Gone(discardedAt);
        LeaveRequest(unneeded);
        Leave(ResponseBody, unneeded);
        (Response, ResponseBody) = (default, null);
    }

    public bool KeepSubmission(ReadOnlyMemory<byte> submission, Content body)
    {
        if (Record.State != ProcessState.Succeeded || Record.IsGone || Body is not null)
            return false;

        (Submission, Body) = (submission, body);
        return true;
    }

    public bool MarkServed()
    {
        if (ResponseBody is null || _served)
            return false;

        _served = true;
        return true;
    }

    private void LeaveRequest(List<Content> unneeded)
    {
        Leave(Body, unneeded);
        (Body, Submission) = (null, default);
    }

    /// <summary>Content in memory needs no deletion.</summary>
    private static void Leave(Content? content, List<Content> unneeded)
    {
        if (content is not (null or MemoryContent))
            unneeded.Add(content);
    }
}
