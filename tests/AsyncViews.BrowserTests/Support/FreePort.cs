using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AsyncViews.BrowserTests.Support;

/// <summary>
/// Ports that nobody listens on, below those that the operating system gives to whoever asks for any: nobody gets one before
/// its server listens, or while that is away. None is given twice.
/// </summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_768);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                if (Taken.TryAdd(port, true))
                    return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
