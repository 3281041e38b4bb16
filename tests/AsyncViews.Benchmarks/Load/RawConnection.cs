using System.Net.Sockets;
using System.Text;

namespace AsyncViews.Benchmarks.Load;

/// <summary>One HTTP/1.1 connection that sends prepared bytes, and reads no more of an answer than it must: the load should not cost more than what it loads.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _filled;

    public static async Task<RawConnection> OpenAsync(Uri root)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(root.Host, root.Port);
        return connection;
    }

    /// <summary>The status of the answer, which has been read to its end.</summary>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request.Length;)
            sent += await _socket.SendAsync(request[sent..], cancellationToken);

        _filled = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _filled).IndexOf(EndOfHead)) < 0)
            await FillAsync(cancellationToken);

        var body = head + EndOfHead.Length;
        if (LengthOf(head) is { } length)
        {
            while (_filled < body + length)
                await FillAsync(cancellationToken);
        }
        else
        {
            for (var chunk = body; await NextChunkAsync(chunk, cancellationToken) is { } next;)
                chunk = next;
        }

        return int.Parse(Encoding.ASCII.GetString(_buffer, "HTTP/1.1 ".Length, 3));
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Where the next chunk begins; null after the last.</summary>
    private async ValueTask<int?> NextChunkAsync(int start, CancellationToken cancellationToken)
    {
        int line;
        while ((line = _buffer.AsSpan(start, _filled - start).IndexOf("\r\n"u8)) < 0)
            await FillAsync(cancellationToken);

        var length = Convert.ToInt32(Encoding.ASCII.GetString(_buffer, start, line), 16);
        var next = start + line + 2 + length + 2;
        while (_filled < next)
            await FillAsync(cancellationToken);
        return length == 0 ? null : next;
    }

    /// <summary>Null where the body is sent in chunks.</summary>
    private int? LengthOf(int head)
    {
        var text = Encoding.ASCII.GetString(_buffer, 0, head);
        var at = text.IndexOf("\r\nContent-Length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return text.Contains("chunked", StringComparison.OrdinalIgnoreCase) ? null : 0;

        var value = text.AsSpan(at + "\r\nContent-Length: ".Length);
        var end = value.IndexOf('\r');
        return int.Parse(end < 0 ? value : value[..end]);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length)
            throw new InvalidDataException("An answer is larger than the load expects.");

        var count = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), cancellationToken);
        _filled += count > 0 ? count : throw new IOException("The server closed the connection.");
    }
}
