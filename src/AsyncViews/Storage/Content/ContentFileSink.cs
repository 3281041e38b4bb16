namespace AsyncViews.Storage;

/// <summary>Writes one content file.</summary>
internal sealed class ContentFileSink : EncryptedContentSink
{
    private readonly string _path;
    private readonly bool _durable;
    private readonly FileStream _file;
    private bool _completed;

    public ContentFileSink(string path, bool durable)
    {
        _path = path;
        _durable = durable;
        try
        {
            _file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous,
            });
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    /// <summary>Deletes the file, unless it was completed.</summary>
    protected override async ValueTask DisposeAsyncCore()
    {
        await _file.DisposeAsync();
        await base.DisposeAsyncCore();
        if (!_completed)
            File.Delete(_path);
    }

    protected override async ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        try
        {
            await _file.WriteAsync(frame, cancellationToken);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    protected override async ValueTask<EncryptedContent> FinishAsync(long length, CancellationToken cancellationToken)
    {
        try
        {
            await _file.FlushAsync(cancellationToken);
            if (_durable)
                DiskSync.Sync(_file.SafeFileHandle);
            await _file.DisposeAsync();
            _completed = true;
            return new ContentFile(_path, Key, length);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    /// <remarks>A file that may not grow (a limit of the file system, or of the process) is an ArgumentOutOfRangeException to .NET.</remarks>
    private static bool IsOfTheDisk(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static StoreUnavailableException NotWritten(Exception exception) =>
        new($"Content could not be written: {exception.Message}", exception);
}
