using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AsyncViews.ClusterTests.Support;

/// <summary>The wire between a node and the database, which can be cut so that neither end notices.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private volatile CancellationTokenSource _cut = new();
    private volatile bool _isCut;
    private string? _unanswered;

    /// <param name="target">The port of the database.</param>
    public Wire(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Carries nothing more. Connections stay open on both sides, and those that begin now are never answered.</summary>
    public void Cut()
    {
        _isCut = true;
        _cut.Cancel();
    }

    /// <summary>Carries what begins from now on. What was cut stays so.</summary>
    public void Mend()
    {
        _cut = new CancellationTokenSource();
        _isCut = false;
    }

    /// <summary>Breaks the connection that carries this text to the database next, when the answer comes: it is done, and the node does not learn of it.</summary>
    public void LoseAnswerTo(string text) => Volatile.Write(ref _unanswered, text);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        _ending.Dispose();
        _cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient node)
    {
        using var database = new TcpClient();
        using (node)
        {
            try
            {
                if (!_isCut)
                {
                    var cut = _cut.Token;
                    await database.ConnectAsync(IPAddress.Loopback, _target, cut);
                    var isLost = false;
                    await await Task.WhenAny(
                        CopyAsync(node.GetStream(), database.GetStream(), bytes =>
                        {
                            isLost |= IsUnanswered(bytes);
                            return true;
                        }, cut),
                        CopyAsync(database.GetStream(), node.GetStream(), _ => !isLost, cut));
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                // It is cut.
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                return;
            }

            await Task.Delay(Timeout.Infinite, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Predicate<ReadOnlyMemory<byte>> goesOn, CancellationToken cut)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, cut) is var count and > 0 && goesOn(buffer.AsMemory(0, count)))
            await to.WriteAsync(buffer.AsMemory(0, count), cut);
    }

    private bool IsUnanswered(ReadOnlyMemory<byte> bytes) =>
        Volatile.Read(ref _unanswered) is { } text && bytes.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 && Interlocked.CompareExchange(ref _unanswered, null, text) == text;
}
