namespace AsyncViews.Storage;

/// <summary>A finished request or response body, to be read. Small ones are <see cref="MemoryContent"/>; a store decides where it keeps larger ones.</summary>
public abstract class Content
{
    /// <summary>The length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// Opens the content for reading. The stream is seekable, reads synchronously too, and holds no more than 64 KiB of the
    /// content in memory. Any number of them may be open. The caller disposes it.
    /// </summary>
    /// <exception cref="DamagedContentException">The content is missing, or is not what was written.</exception>
    public abstract ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes the content. Open streams can be read to the end. Repeating it changes nothing.</summary>
    public abstract ValueTask DeleteAsync();
}
