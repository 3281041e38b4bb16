using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Capture;

/// <summary>
/// Stands in the place of the request body and writes what the application reads to a spool: one pass, never the whole
/// body in memory. Nothing is written before something is read.
/// </summary>
/// <param name="body">The request body.</param>
/// <param name="spool">Where it is kept.</param>
/// <param name="isForm">Whether the framework reads it and buffers it on a disk, perhaps the same one: then reading ends where keeping does.</param>
/// <param name="time">The clock that measures how long the sender lets wait.</param>
internal sealed class RequestBodyTee(Stream body, ContentSpool spool, bool isForm, TimeProvider time) : Stream
{
    /// <summary>The bytes of a body that takes room which must come within <see cref="LongestWait"/>. Kestrel's own rate is one of the whole body, and forgives who began fast.</summary>
    private const int Piece = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private TimeSpan _wait = LongestWait;
    private int _ofPiece;
    private bool _hasEnded;

    public ContentSpool Spool { get; } = spool;

    /// <summary>The reason why what was read could not be kept. A body that is not a form can still be read to its end.</summary>
    public StoreUnavailableException? Failure { get; private set; }

    /// <summary>Puts a tee in the place of the request's body.</summary>
    public static void Install(HttpContext context, ContentSpool spool)
    {
        var tee = new RequestBodyTee(
            context.Request.Body, spool, context.Request.HasFormContentType, context.RequestServices.GetRequiredService<TimeProvider>());
        context.Request.Body = tee;
        context.Features.Set(tee);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = Spool.Length <= ContentSpool.InlineLimit ? await body.ReadAsync(buffer, cancellationToken) : await ReadInTimeAsync(buffer, cancellationToken);
        _hasEnded |= count == 0 && buffer.Length > 0;
        await KeepAsync(buffer[..count], cancellationToken);
        return count;
    }

    /// <summary>Keeps what nobody has read.</summary>
    public Task ReadToEndAsync(CancellationToken cancellationToken) => _hasEnded ? Task.CompletedTask : CopyToAsync(Null, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The server decides whether it is allowed.</summary>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = body.Read(buffer, offset, count);
        KeepAsync(buffer.AsMemory(offset, read), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Only the time in which the sender lets wait counts, and not that of a slow disk.</summary>
    private async ValueTask<int> ReadInTimeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var began = time.GetTimestamp();
        int count;
        try
        {
            count = await body.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await Spool.DisposeAsync();
            throw new BadHttpRequestException("The body came too slowly for the room that it takes.", StatusCodes.Status408RequestTimeout);
        }

        _wait -= time.GetElapsedTime(began);
        if (_wait < TimeSpan.Zero)
            _wait = TimeSpan.Zero;
        _ofPiece += count;
        if (_ofPiece >= Piece)
            (_ofPiece, _wait) = (0, LongestWait);
        return count;
    }

    private async ValueTask KeepAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (Failure is null)
                await Spool.WriteAsync(bytes, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            // What is kept so far is of no use to anybody, and takes room.
            Failure = exception;
            await Spool.DisposeAsync();
        }

        if (Failure is not null && isForm)
            throw Failure;
    }
}
