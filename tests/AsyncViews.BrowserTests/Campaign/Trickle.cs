using System.Net.Sockets;
using System.Text;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>An upload that takes room and then hardly goes on, begun anew whenever the site has refused it.</summary>
internal static class Trickle
{
    /// <summary>Without a token or a cookie: most of the body at once, and then as little as the server bears.</summary>
    public static async Task UploadAsync(string siteAddress, CancellationToken cancellationToken)
    {
        const int Length = 20_000_000;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var address = new Uri(siteAddress);
                using var client = new TcpClient(address.Host, address.Port);
                var stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /Upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {Length}\r\n\r\n" +
                    "--x\r\nContent-Disposition: form-data; name=\"Upload\"; filename=\"file\"\r\n\r\n"), cancellationToken);
                await stream.WriteAsync(new byte[Length / 2], cancellationToken);
                while (true)
                {
                    await stream.WriteAsync(new byte[1000], cancellationToken);
                    await Task.Delay(1000, cancellationToken);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The site has refused it, or it is over.
            }
        }
    }
}
