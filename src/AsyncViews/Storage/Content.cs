namespace AsyncViews.Storage;

/// <summary>A finished request or response body: small ones in memory, larger ones in an encrypted file.</summary>
public sealed class Content
{
    internal Content(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Length = bytes.Length;
    }

    internal Content(ContentFile file)
    {
        File = file;
        Length = file.Length;
    }

    /// <summary>The content itself, if it is small.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The file of the content, if it is not small.</summary>
    internal ContentFile? File { get; }

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>Opens the content for reading. The stream is seekable, and any number of them may be open.</summary>
    /// <exception cref="DamagedContentException">The file is not the one that was written.</exception>
    public Stream OpenRead() => File is null
        ? System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(Bytes.ToArray(), writable: false)
        : File.OpenRead();

    /// <summary>Removes the content. Open streams can be read to the end.</summary>
    public void Delete() => File?.Delete();
}
