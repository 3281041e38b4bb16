using System.Net;
using System.Net.Sockets;

namespace AsyncViews.ClusterTests.Support;

/// <summary>The wire between a node and the database, which can be cut so that neither end notices.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private volatile CancellationTokenSource _cut = new();
    private volatile bool _isCut;

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
                    await await Task.WhenAny(node.GetStream().CopyToAsync(database.GetStream(), cut), database.GetStream().CopyToAsync(node.GetStream(), cut));
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
}
