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
    private long? _length;
    private bool _isSealed;
    private bool _isBroken;

    /// <summary>Draws the key.</summary>
    protected EncryptedContentSink()
    {
        Key = RandomNumberGenerator.GetBytes(ContentFrames.KeyLength);
        _cipher = new AesGcm(Key, ContentFrames.TagLength);
    }

    /// <inheritdoc />
    public override long Length => _length ?? (_frames * ContentFrames.PlainLength) + _buffered;

    /// <summary>The key of this content, of 32 bytes.</summary>
    protected byte[] Key { get; }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken();
        while (!buffer.IsEmpty)
        {
            // A full frame waits until more comes, since only then is it known not to be the last.
            if (_buffered == ContentFrames.PlainLength)
            {
                // Whoever writes on after an exception does not know what of the last bytes arrived.
                _isBroken = true;
                await SealAsync(last: false, cancellationToken);
                _isBroken = false;
            }

            var count = Math.Min(buffer.Length, ContentFrames.PlainLength - _buffered);
            buffer[..count].CopyTo(_plain.AsMemory(_buffered));
            _buffered += count;
            buffer = buffer[count..];
        }
    }

    /// <inheritdoc />
    public override async ValueTask<Content> CompleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfBroken();
        _length ??= Length;
        if (!_isSealed)
            await SealAsync(last: true, cancellationToken);
        _isSealed = true;
        return await FinishAsync(_length.Value, cancellationToken);
    }

    /// <inheritdoc />
    protected override ValueTask DisposeAsyncCore()
    {
        _cipher.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Stores the next frame, or one once more whose storing has failed: of at most <see cref="EncryptedContent.FrameLength"/> bytes. The memory is used again afterwards.</summary>
    /// <exception cref="StoreUnavailableException">It could not be stored.</exception>
    protected abstract ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);

    /// <summary>Makes the frames durable after the last of them. Called again after an exception: what a failed sync may have lost is the derived class's to write anew.</summary>
    /// <param name="length">The length of the plain text in bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">They could not be stored.</exception>
    protected abstract ValueTask<EncryptedContent> FinishAsync(long length, CancellationToken cancellationToken);

    private void ThrowIfBroken()
    {
        if (_isBroken)
            throw new DamagedContentException("An earlier write of the content failed, so it can no longer be trusted.");
    }

    private async ValueTask SealAsync(bool last, CancellationToken cancellationToken)
    {
        ContentFrames.Seal(_cipher, _frames, last, _plain.AsSpan(0, _buffered), _sealed);
        var frame = _sealed.AsMemory(0, _buffered + ContentFrames.TagLength);
        if (Patience is null || last)
            await WriteFrameAsync(frame, cancellationToken);
        else
            await Patience.WriteAsync(() => WriteFrameAsync(frame, cancellationToken));
        _frames++;
        _buffered = 0;
    }
}
