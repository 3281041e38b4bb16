using System.Text;

namespace AsyncViews.Storage.Sealing;

/// <summary>The secrets of a process to be added.</summary>
/// <param name="KeySalt">The salt of its key.</param>
/// <param name="Owner">The hidden owner, by which its owner's processes are found, see <see cref="Vault.HideOwner"/>.</param>
/// <param name="Lane">The lane, hidden as an owner is.</param>
/// <param name="SubmissionKey">The hidden <see cref="NewProcess.SubmissionKey"/>; null if it has none.</param>
/// <param name="Identity">The hidden identity by which it is found; null if it has none.</param>
/// <param name="Metadata">The hidden entries of its metadata, see <see cref="Vault.HideMetadata"/>; null if it has none.</param>
/// <param name="Origin">The sealed <see cref="ProcessRecord.Origin"/>; null if it has none.</param>
/// <param name="Submission">The sealed submission.</param>
public sealed record SealedProcess(byte[] KeySalt, string Owner, string Lane, string? SubmissionKey, byte[]? Identity, IReadOnlyList<string>? Metadata, byte[]? Origin, SealedSubmission Submission)
{
    /// <summary>Seals a process with a new key.</summary>
    /// <param name="process">The process.</param>
    /// <param name="body">Its body: <see cref="MemoryContent"/> or <see cref="EncryptedContent"/>.</param>
    /// <param name="vault">The vault of the store.</param>
    public static SealedProcess Of(NewProcess process, Content body, Vault vault)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(vault);
        var owner = vault.HideOwner(process.Owner);
        var key = vault.NewKey(process.Id, owner);
        return new SealedProcess(
            key.Salt,
            owner,
            vault.HideOwner(process.Lane),
            vault.Hide(process.SubmissionKey) is { } submissionKey ? Convert.ToHexStringLower(submissionKey) : null,
            vault.Hide(process.Identity),
            process.Metadata.Count == 0 ? null : [.. process.Metadata.Select(entry => vault.HideMetadata(entry.Key, entry.Value))],
            process.Origin is null ? null : key.Seal(SealedRecord.OriginPurpose, Encoding.UTF8.GetBytes(process.Origin)),
            SealedSubmission.Of(process.Submission, process.RunSecrets, body, key));
    }
}
