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

    /// <summary>The content itself, where it is small.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Where it is, where it is not.</summary>
    internal ContentFile? File { get; }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; }

    /// <summary>Opens it for reading: seekable, as often and by as many as wanted.</summary>
    /// <exception cref="DamagedContentException">The file is not the one that was written.</exception>
    public Stream OpenRead() => File is null
        ? System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(Bytes.ToArray(), writable: false)
        : File.OpenRead();

    /// <summary>Removes it. Those who are reading it read on to the end.</summary>
    public void Delete() => File?.Delete();
}
