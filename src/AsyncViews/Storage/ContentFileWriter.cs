using System.Security.Cryptography;

namespace AsyncViews.Storage;

/// <summary>Writes one content file, frame by frame.</summary>
internal sealed class ContentFileWriter : IAsyncDisposable
{
    private readonly string _path;
    private readonly byte[] _key;
    private readonly bool _durable;
    private readonly AesGcm _cipher;
    private readonly FileStream _file;
    private readonly byte[] _plain = new byte[ContentFrames.PlainLength];
    private readonly byte[] _sealed = new byte[ContentFrames.SealedLength];
    private int _buffered;
    private long _frames;
    private bool _completing;
    private bool _completed;

    public ContentFileWriter(string path, byte[] key, bool durable)
    {
        _path = path;
        _key = key;
        _durable = durable;
        _cipher = new AesGcm(key, ContentFrames.TagLength);
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        });
    }

    public long Length => (_frames * ContentFrames.PlainLength) + _buffered;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            // A full frame waits until more comes, since only then is it known not to be the last.
            if (_buffered == ContentFrames.PlainLength)
                await SealAsync(last: false, cancellationToken);

            var count = Math.Min(buffer.Length, ContentFrames.PlainLength - _buffered);
            buffer[..count].CopyTo(_plain.AsMemory(_buffered));
            _buffered += count;
            buffer = buffer[count..];
        }
    }

    public async ValueTask<ContentFile> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_completing)
            throw new IOException("An earlier write to the content file failed, so it can no longer be trusted.");

        _completing = true;
        var length = Length;
        await SealAsync(last: true, cancellationToken);
        if (_durable)
            _file.Flush(flushToDisk: true);
        await CloseAsync();
        _completed = true;
        return new ContentFile(_path, _key, length);
    }

    /// <summary>Deletes the file, unless it was completed.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (!_completed)
            File.Delete(_path);
    }

    private async ValueTask SealAsync(bool last, CancellationToken cancellationToken)
    {
        ContentFrames.Seal(_cipher, _frames, last, _plain.AsSpan(0, _buffered), _sealed);
        await _file.WriteAsync(_sealed.AsMemory(0, _buffered + ContentFrames.TagLength), cancellationToken);
        _frames++;
        _buffered = 0;
    }

    private async ValueTask CloseAsync()
    {
        _cipher.Dispose();
        await _file.DisposeAsync();
    }
}
