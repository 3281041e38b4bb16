using System.Security.Cryptography;

namespace AsyncViews.Storage;

/// <summary>Decrypts content as it is read, from anywhere, one frame in memory. A derived class says where the frames come from.</summary>
public abstract class EncryptedContentStream : Stream
{
    private readonly AesGcm _cipher;
    private readonly long _length;
    private readonly byte[] _sealed = new byte[ContentFrames.SealedLength];
    private readonly byte[] _plain = new byte[ContentFrames.PlainLength];
    private long _opened = -1;

    /// <param name="content">The content to read.</param>
    protected EncryptedContentStream(EncryptedContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        _cipher = new AesGcm(content.Key.Span, ContentFrames.TagLength);
        _length = content.Length;
    }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => true;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => _length;

    /// <inheritdoc />
    public override long Position { get; set; }

    /// <inheritdoc />
    /// <exception cref="DamagedContentException">The content is not what was written.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;

        var (number, offset) = Math.DivRem(Position, ContentFrames.PlainLength);
        if (_opened != number)
            Open(number, await ReadFrameAsync(number, _sealed, cancellationToken));

        return CopyFrame((int)offset, buffer.Span);
    }

    /// <inheritdoc />
    /// <exception cref="DamagedContentException">The content is not what was written.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;

        var (number, offset) = Math.DivRem(Position, ContentFrames.PlainLength);
        if (_opened != number)
            Open(number, ReadFrame(number, _sealed));

        return CopyFrame((int)offset, buffer);
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <summary>Does nothing: it is never written.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Reads a frame as it was stored.</summary>
    /// <param name="number">The number of the frame, from 0.</param>
    /// <param name="frame">Room for <see cref="EncryptedContent.FrameLength"/> bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The length of the frame.</returns>
    protected abstract ValueTask<int> ReadFrameAsync(long number, Memory<byte> frame, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadFrameAsync" />
    protected abstract int ReadFrame(long number, Span<byte> frame);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        base.Dispose(disposing);
    }

    private int PlainLengthOf(long number) =>
        (int)Math.Min(ContentFrames.PlainLength, Length - (number * ContentFrames.PlainLength));

    private void Open(long number, int length)
    {
        var plainLength = PlainLengthOf(number);
        if (length != plainLength + ContentFrames.TagLength)
            throw new DamagedContentException("The length of stored content has changed since it was written.");

        _opened = -1;
        ContentFrames.Open(_cipher, number, last: number == ContentFrames.CountOf(Length) - 1, _sealed, _plain.AsSpan(0, plainLength));
        _opened = number;
    }

    private int CopyFrame(int offset, Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, PlainLengthOf(_opened) - offset);
        _plain.AsSpan(offset, count).CopyTo(buffer);
        Position += count;
        return count;
    }
}
