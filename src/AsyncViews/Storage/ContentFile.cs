using System.Security.Cryptography;

namespace AsyncViews.Storage;

/// <summary>A finished content file.</summary>
internal sealed record ContentFile(string Path, byte[] Key, long Length)
{
    /// <exception cref="DamagedContentException">It is not there any more, or has another length.</exception>
    public Stream OpenRead()
    {
        try
        {
            return new Reader(this);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DamagedContentException("A content file is missing.", exception);
        }
    }

    public void Delete() => File.Delete(Path);

    private sealed class Reader : Stream
    {
        private readonly ContentFile _file;
        private readonly AesGcm _cipher;
        private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _handle;
        private readonly long _lastFrame;
        private readonly byte[] _sealed = new byte[ContentFrames.SealedLength];
        private readonly byte[] _plain = new byte[ContentFrames.PlainLength];
        private long _opened = -1;

        public Reader(ContentFile file)
        {
            _file = file;
            _handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            _lastFrame = (file.Length - 1) / ContentFrames.PlainLength;
            if (RandomAccess.GetLength(_handle) != file.Length + ((_lastFrame + 1) * ContentFrames.TagLength))
            {
                _handle.Dispose();
                throw new DamagedContentException("The length of the content file has changed since it was written.");
            }

            _cipher = new AesGcm(file.Key, ContentFrames.TagLength);
        }

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => _file.Length;
        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= Length || buffer.IsEmpty)
                return 0;

            var (number, offset) = Math.DivRem(Position, ContentFrames.PlainLength);
            if (_opened != number)
            {
                var length = await RandomAccess.ReadAsync(_handle, _sealed, number * ContentFrames.SealedLength, cancellationToken);
                Open(number, length);
            }

            return CopyFrame((int)offset, buffer.Span);
        }

        public override int Read(Span<byte> buffer)
        {
            if (Position >= Length || buffer.IsEmpty)
                return 0;

            var (number, offset) = Math.DivRem(Position, ContentFrames.PlainLength);
            if (_opened != number)
                Open(number, RandomAccess.Read(_handle, _sealed, number * ContentFrames.SealedLength));

            return CopyFrame((int)offset, buffer);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _cipher.Dispose();
            _handle.Dispose();
            base.Dispose(disposing);
        }

        private int PlainLengthOf(long number) =>
            (int)Math.Min(ContentFrames.PlainLength, Length - (number * ContentFrames.PlainLength));

        private void Open(long number, int length)
        {
            var plainLength = PlainLengthOf(number);
            if (length != plainLength + ContentFrames.TagLength)
                throw new DamagedContentException("The length of the content file has changed since it was written.");

            _opened = -1;
            ContentFrames.Open(_cipher, number, number == _lastFrame, _sealed, _plain.AsSpan(0, plainLength));
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
}
