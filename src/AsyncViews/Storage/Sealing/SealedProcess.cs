using System.Text;

namespace AsyncViews.Storage.Sealing;

/// <summary>The secrets of a process to be added.</summary>
/// <param name="KeySalt">The salt of its key.</param>
/// <param name="Identity">The hidden identity by which it is found; null if it has none.</param>
/// <param name="Origin">The sealed <see cref="ProcessRecord.Origin"/>; null if it has none.</param>
/// <param name="Submission">The sealed submission.</param>
public sealed record SealedProcess(byte[] KeySalt, byte[]? Identity, byte[]? Origin, SealedSubmission Submission)
{
    /// <summary>Seals a process with a new key.</summary>
    /// <param name="process">The process.</param>
    /// <param name="body">Its body: <see cref="MemoryContent"/> or <see cref="EncryptedContent"/>.</param>
    /// <param name="vault">The vault of the store.</param>
    public static SealedProcess Of(NewProcess process, Content body, Vault vault)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(vault);
        var key = vault.NewKey();
        return new SealedProcess(
            key.Salt,
            vault.Hide(process.Identity),
            process.Origin is null ? null : key.Seal(SealedRecord.OriginPurpose, Encoding.UTF8.GetBytes(process.Origin)),
            SealedSubmission.Of(process.Submission, process.RunSecrets, body, key));
    }
}
