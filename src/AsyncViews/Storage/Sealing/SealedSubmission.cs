namespace AsyncViews.Storage.Sealing;

/// <summary>A submission as a record holds it.</summary>
/// <param name="Submission">The sealed submission without its body.</param>
/// <param name="RunSecrets">The sealed secrets that are deleted when the process ends; null if there are none.</param>
/// <param name="Body">The sealed body.</param>
public sealed record SealedSubmission(byte[] Submission, byte[]? RunSecrets, SealedContent Body)
{
    private const string SubmissionPurpose = "request";
    private const string RunSecretsPurpose = "run's own secrets";
    private const string BodyPurpose = "request body";

    /// <summary>Seals a submission with the key of its process.</summary>
    /// <param name="submission">The submission without its body.</param>
    /// <param name="runSecrets">The secrets that are deleted when the process ends; empty if there are none.</param>
    /// <param name="body">The body: <see cref="MemoryContent"/> or <see cref="EncryptedContent"/>.</param>
    /// <param name="key">The key of the process.</param>
    public static SealedSubmission Of(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> runSecrets, Content body, RecordKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SealedSubmission(
            key.Seal(SubmissionPurpose, submission.Span),
            runSecrets.IsEmpty ? null : key.Seal(RunSecretsPurpose, runSecrets.Span),
            SealedContent.Of(body, key, BodyPurpose));
    }

    /// <summary>Opens the submission for the run that claimed it.</summary>
    /// <param name="record">The record after the claim.</param>
    /// <param name="key">The key of the process.</param>
    /// <param name="open">Finds a body again that is kept outside of its record.</param>
    /// <exception cref="DamagedContentException">The submission is damaged.</exception>
    public ClaimedProcess Open(ProcessRecord record, RecordKey key, OpenContent open)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new ClaimedProcess(
            record,
            key.Open(SubmissionPurpose, Submission),
            RunSecrets is null ? default : key.Open(RunSecretsPurpose, RunSecrets),
            Body.Open(key, BodyPurpose, open));
    }

    /// <summary>Opens the submission to send it again.</summary>
    /// <exception cref="DamagedContentException">The submission is damaged.</exception>
    public async ValueTask<KeptSubmission> OpenAsync(RecordKey key, OpenContent open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new KeptSubmission(key.Open(SubmissionPurpose, Submission), await Body.Open(key, BodyPurpose, open).OpenReadAsync(cancellationToken));
    }
}
