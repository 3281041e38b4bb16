using System.Security.Cryptography;

namespace AsyncViews.Storage;

/// <summary>Encrypts content as it is written, frame by frame, with a new key. A derived class says where the frames go.</summary>
public abstract class EncryptedContentSink : ContentSink
{
    private readonly AesGcm _cipher;
    private readonly byte[] _plain = new byte[ContentFrames.PlainLength];
    private readonly byte[] _sealed = new byte[ContentFrames.SealedLength];
    private int _buffered;
    private long _frames;
    private bool _completing;

    /// <summary>Draws the key.</summary>
    protected EncryptedContentSink()
    {
        Key = RandomNumberGenerator.GetBytes(ContentFrames.KeyLength);
        _cipher = new AesGcm(Key, ContentFrames.TagLength);
    }

    /// <inheritdoc />
    public override long Length => (_frames * ContentFrames.PlainLength) + _buffered;

    /// <summary>The key of this content, of 32 bytes.</summary>
    protected byte[] Key { get; }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
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

    /// <inheritdoc />
    public override async ValueTask<Content> CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_completing)
            throw new DamagedContentException("An earlier write of the content failed, so it can no longer be trusted.");

        _completing = true;
        var length = Length;
        await SealAsync(last: true, cancellationToken);
        _cipher.Dispose();
        return await FinishAsync(length, cancellationToken);
    }

    /// <inheritdoc />
    protected override ValueTask DisposeAsyncCore()
    {
        _cipher.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Stores the next frame, of at most <see cref="EncryptedContent.FrameLength"/> bytes. The memory is used again afterwards.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    protected abstract ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);

    /// <summary>Makes the frames durable after the last of them.</summary>
    /// <param name="length">The length of the plain text in bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">They could not be stored.</exception>
    protected abstract ValueTask<EncryptedContent> FinishAsync(long length, CancellationToken cancellationToken);

    private async ValueTask SealAsync(bool last, CancellationToken cancellationToken)
    {
        ContentFrames.Seal(_cipher, _frames, last, _plain.AsSpan(0, _buffered), _sealed);
        await WriteFrameAsync(_sealed.AsMemory(0, _buffered + ContentFrames.TagLength), cancellationToken);
        _frames++;
        _buffered = 0;
    }
}
