using Microsoft.Win32.SafeHandles;

namespace AsyncViews.Storage;

/// <summary>A finished content file.</summary>
internal sealed class ContentFile(string path, byte[] key, long length) : EncryptedContent(System.IO.Path.GetFileName(path), key, length)
{
    public string Path { get; } = path;

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) => new(Open());

    public override ValueTask DeleteAsync()
    {
        File.Delete(Path);
        return ValueTask.CompletedTask;
    }

    private Reader Open()
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DamagedContentException("A content file is missing.", exception);
        }

        if (RandomAccess.GetLength(handle) == StoredLength)
            return new Reader(this, handle);

        handle.Dispose();
        throw new DamagedContentException("The length of the content file has changed since it was written.");
    }

    private sealed class Reader(ContentFile file, SafeFileHandle handle) : EncryptedContentStream(file)
    {
        protected override ValueTask<int> ReadFrameAsync(long number, Memory<byte> frame, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(handle, frame, number * FrameLength, cancellationToken);

        protected override int ReadFrame(long number, Span<byte> frame) => RandomAccess.Read(handle, frame, number * FrameLength);

        protected override void Dispose(bool disposing)
        {
            handle.Dispose();
            base.Dispose(disposing);
        }
    }
}
