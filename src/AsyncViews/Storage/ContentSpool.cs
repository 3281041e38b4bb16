namespace AsyncViews.Storage;

/// <summary>
/// A body that is being written, of unknown length and never whole in memory: the first 64 KiB stay in memory, the rest
/// goes to an encrypted file. Disposing it deletes everything that was not handed over.
/// </summary>
public sealed class ContentSpool : Stream
{
    /// <summary>The largest content that is kept in memory and in the record itself.</summary>
    public const int InlineLimit = 64 * 1024;

    private readonly ContentFiles _files;
    private MemoryStream _inline = new();
    private ContentFileWriter? _file;
    private Content? _content;
    private bool _released;

    internal ContentSpool(ContentFiles files) => _files = files;

    /// <inheritdoc />
    public override long Length => _content?.Length ?? _file?.Length ?? _inline.Length;

    /// <summary>Ends the writing, and opens the content.</summary>
    public async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        (await CompleteAsync(cancellationToken)).OpenRead();

    /// <summary>Ends the writing. Repeating it gives the same content.</summary>
    /// <exception cref="StoreUnavailableException">It could not be written.</exception>
    public async ValueTask<Content> CompleteAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return _content ??= _file is null
                ? new Content(_inline.GetBuffer().AsMemory(0, (int)_inline.Length))
                : new Content(await _file.CompleteAsync(cancellationToken));
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    /// <summary>Hands the content over to the record that names it from now on.</summary>
    public void Release() => _released = true;

    /// <inheritdoc />
    /// <exception cref="StoreUnavailableException">It could not be written, for example because the disk is full.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_content is not null, this);
        if (_file is null && _inline.Length + buffer.Length <= InlineLimit)
        {
            _inline.Write(buffer.Span);
            return;
        }

        try
        {
            if (_file is null)
            {
                _file = _files.Create();
                await _file.WriteAsync(_inline.GetBuffer().AsMemory(0, (int)_inline.Length), cancellationToken);
                _inline = new MemoryStream();
            }

            await _file.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Deletes the content unless it was handed over.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_released)
        {
            _released = true;
            _content?.Delete();
            if (_content is null && _file is not null)
                await _file.DisposeAsync();
            _content = new Content(ReadOnlyMemory<byte>.Empty);
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <remarks>A file that may not grow (a limit of the file system, or of the process) is an ArgumentOutOfRangeException to .NET.</remarks>
    private static bool IsOfTheDisk(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static StoreUnavailableException NotWritten(Exception exception) =>
        new($"Content could not be written: {exception.Message}", exception);

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => _content is null;

    /// <inheritdoc />
    public override long Position { get => Length; set => throw new NotSupportedException(); }

    /// <summary>Does nothing: the content is complete when it is taken.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported: disks are slow, so writing is asynchronous.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Synchronous operations are disallowed. Call WriteAsync instead.");

    /// <summary>Not supported.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();
}
