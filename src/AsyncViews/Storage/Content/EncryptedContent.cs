namespace AsyncViews.Storage;

/// <summary>
/// Content that is encrypted with a key of its own, and kept under a name: a file, or chunks in a database. Name, key and
/// length are kept elsewhere, see <see cref="Sealing.SealedContent"/>.
/// </summary>
/// <param name="name">The name under which the content is found again.</param>
/// <param name="key">The key, of 32 bytes.</param>
/// <param name="length">The length of the plain text in bytes.</param>
public abstract class EncryptedContent(string name, byte[] key, long length) : Content
{
    /// <summary>The length of a whole frame as it is stored: 64 KiB of cipher text, and its tag. Only the last is shorter.</summary>
    public const int FrameLength = ContentFrames.SealedLength;

    /// <summary>The name under which the content is found again.</summary>
    public string Name { get; } = name;

    /// <summary>The key. Whoever has it can read the content.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    /// <inheritdoc />
    public override long Length { get; } = length;

    /// <summary>The length of all frames together as they are stored.</summary>
    public long StoredLength => Length + (ContentFrames.CountOf(Length) * ContentFrames.TagLength);
}
