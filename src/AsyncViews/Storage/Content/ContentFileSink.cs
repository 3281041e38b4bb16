using Microsoft.Win32.SafeHandles;

namespace AsyncViews.Storage;

/// <summary>Writes one content file.</summary>
internal sealed class ContentFileSink : EncryptedContentSink
{
    private readonly string _folder;
    private readonly string _path;
    private readonly bool _durable;
    private readonly SafeFileHandle _file;
    private long _written;
    private bool _syncFailed;
    private bool _completed;

    public ContentFileSink(string folder, bool durable)
    {
        _folder = folder;
        _path = Path.Combine(folder, $"{Guid.NewGuid():N}.content");
        _durable = durable;
        try
        {
            _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    /// <summary>A full disk may stay full, and the worker would wait with the result.</summary>
    internal override bool CanBeAway => false;

    /// <summary>Deletes the file, unless it was completed.</summary>
    protected override async ValueTask DisposeAsyncCore()
    {
        _file.Dispose();
        await base.DisposeAsyncCore();
        if (!_completed)
            File.Delete(_path);
    }

    protected override async ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        try
        {
            // A frame that did not fit is written again in its place.
            await RandomAccess.WriteAsync(_file, frame, _written, cancellationToken);
            _written += frame.Length;
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
            if (_syncFailed)
                return await WriteAnewAsync(length, cancellationToken);

            _syncFailed = true;
            if (_durable)
                DiskSync.Sync(_file);
            _syncFailed = false;
            _file.Dispose();
            _completed = true;
            return new ContentFile(_path, Key, length);
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw NotWritten(exception);
        }
    }

    /// <summary>A sync that failed may have lost bytes, and the next one would succeed without them: what can be read goes to another file.</summary>
    private async ValueTask<EncryptedContent> WriteAnewAsync(long length, CancellationToken cancellationToken)
    {
        _file.Dispose();
        await using var anew = new ContentFileSink(_folder, _durable);
        await using var written = await new ContentFile(_path, Key, length).OpenReadAsync(cancellationToken);
        var buffer = new byte[EncryptedContent.FrameLength];
        int count;
        while ((count = await written.ReadAsync(buffer, cancellationToken)) > 0)
            await anew.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        return (EncryptedContent)await anew.CompleteAsync(cancellationToken);
    }

    /// <remarks>A file that may not grow (a limit of the file system, or of the process) is an ArgumentOutOfRangeException to .NET.</remarks>
    private static bool IsOfTheDisk(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static StoreUnavailableException NotWritten(Exception exception) =>
        new($"Content could not be written: {exception.Message}", exception);
}
