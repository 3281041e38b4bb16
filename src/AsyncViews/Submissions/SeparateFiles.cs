using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Submissions;

/// <summary>
/// Gives each file of a form a stream of its own, as it has on a page whose body comes over the wire: where a body can be read
/// again, the framework's form has all its files read from that one stream, and so from one position.
/// </summary>
internal sealed class SeparateFiles(IFormFeature form, HttpRequest request) : IFormFeature
{
    private IFormCollection? _form;

    public bool HasFormContentType => form.HasFormContentType;

    public IFormCollection? Form { get => _form; set => _form = form.Form = value; }

    public IFormCollection ReadForm() => _form ??= Separate(form.ReadForm(), request.Body);

    public async Task<IFormCollection> ReadFormAsync(CancellationToken cancellationToken) =>
        _form ??= Separate(await form.ReadFormAsync(cancellationToken), request.Body);

    private static IFormCollection Separate(IFormCollection form, Stream body)
    {
        if (form.Files.Count < 2 || !body.CanSeek)
            return form;

        var turn = new SemaphoreSlim(1);
        var files = new FormFileCollection();
        foreach (var file in form.Files)
        {
            // The framework does not tell where a file begins, and goes there when it is opened.
            using var opened = file.OpenReadStream();
            files.Add(new FormFile(new Part(body, turn, body.Position, file.Length), 0, file.Length, file.Name, file.FileName) { Headers = file.Headers });
        }

        // The framework leaves it here, for a handler that reads the body itself.
        body.Position = 0;
        return new FormCollection(form.ToDictionary(StringComparer.OrdinalIgnoreCase), files);
    }

    /// <summary>One part of a body, with a position of its own. Reads take turns.</summary>
    private sealed class Part(Stream body, SemaphoreSlim turn, long start, long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            turn.Wait();
            try
            {
                body.Position = start + Position;
                return Advance(body.Read(buffer[..LeftOf(buffer.Length)]));
            }
            finally
            {
                turn.Release();
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                body.Position = start + Position;
                return Advance(await body.ReadAsync(buffer[..LeftOf(buffer.Length)], cancellationToken));
            }
            finally
            {
                turn.Release();
            }
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

        private int LeftOf(int count) => (int)Math.Clamp(length - Position, 0, count);

        private int Advance(int count)
        {
            Position += count;
            return count;
        }
    }
}
