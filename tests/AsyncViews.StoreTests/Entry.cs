using AsyncViews.Storage;

namespace AsyncViews.StoreTests;

/// <summary>A process as <see cref="DictionaryStore"/> keeps it.</summary>
internal sealed class Entry(NewProcess process, ProcessRecord record, Content body)
{
    public ProcessRecord Record { get; set; } = record;

    public string? SubmissionKey { get; set; } = process.SubmissionKey;

    public string? Identity { get; } = process.Identity;

    public IReadOnlyDictionary<string, string> Metadata { get; } = process.Metadata;

    public ReadOnlyMemory<byte> Submission { get; set; } = process.Submission;

    public ReadOnlyMemory<byte> RunSecrets { get; set; } = process.RunSecrets;

    public Content? Body { get; set; } = body;

    public ReadOnlyMemory<byte> Response { get; set; }

    public Content? Result { get; set; }

    public List<StoredMessage> Messages { get; } = [];

    public bool IsServed { get; set; }

    /// <summary>The members of its group, itself among them; null if it has none.</summary>
    public List<Entry>? Group { get; set; }

    public long Bytes => StoreLimits.RowBytes + (Record.Origin?.Length ?? 0) + Submission.Length + RunSecrets.Length + (Body?.Length ?? 0) + Response.Length + (Result?.Length ?? 0);

    public bool IsRemovedAtEnd { get; set; }

    public bool IsLive => !Record.State.IsEnded();

    public bool IsWaiting => Record.State < ProcessState.Running;
}
