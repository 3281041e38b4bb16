namespace AsyncViews.Storage.Sealing;

/// <summary>Content as a record holds it: sealed in the record itself, or kept elsewhere with a key of its own that is sealed there.</summary>
/// <param name="Length">The length of the plain text in bytes.</param>
/// <param name="Name">The name of the <see cref="EncryptedContent"/>; null if the content is in the record.</param>
/// <param name="Sealed">The content, or the key of the <see cref="EncryptedContent"/>.</param>
public sealed record SealedContent(long Length, string? Name, byte[] Sealed)
{
    internal static SealedContent Of(Content content, RecordKey key, string purpose) => content switch
    {
        MemoryContent small => new SealedContent(small.Length, null, key.Seal(purpose, small.Bytes.Span)),
        EncryptedContent large => new SealedContent(large.Length, large.Name, key.Seal(purpose, large.Key.Span)),
        _ => throw new ArgumentException($"Content that is not encrypted cannot be kept outside of its record: {content.GetType()}.", nameof(content)),
    };

    /// <exception cref="DamagedContentException">The record is damaged.</exception>
    internal Content Open(RecordKey key, string purpose, OpenContent open)
    {
        var opened = key.Open(purpose, Sealed);

        // Only what is sealed is authenticated. Without this check, a record could call a file empty, or have the key of a file read as content.
        if (Name is null ? opened.Length != Length : Length <= ContentSpool.InlineLimit)
            throw new DamagedContentException("The length of stored content has changed since it was written.");
        return Name is null ? new MemoryContent(opened) : open(Name, opened, Length);
    }
}

/// <summary>Finds content again that is kept outside of its record.</summary>
/// <param name="name">The name of the content.</param>
/// <param name="key">The key of the content.</param>
/// <param name="length">The length of its plain text in bytes.</param>
public delegate EncryptedContent OpenContent(string name, byte[] key, long length);
