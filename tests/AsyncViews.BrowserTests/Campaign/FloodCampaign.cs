using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>Strangers do all they can at once: a flood of submissions, runs that block their threads, uploads that trickle. Somebody who is signed in is served meanwhile.</summary>
internal static class FloodCampaign
{
    /// <summary>So that strangers, who may have three quarters of them, block more than 200.</summary>
    private const int Workers = 300;

    private const int BlockedRuns = 200;
    private const int Floods = 4;
    private const int Uploads = 14;
    private const int Submissions = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Returns the longest time that a signed-in person waited for a result.</summary>
    /// <exception cref="Exception">Somebody waited too long.</exception>
    public static async Task<TimeSpan> RunAsync()
    {
        await using var site = new DurableSite();
        await site.StartAsync($"--Runs={Workers}");
        using var person = await site.ComeAsync(user: "ann");
        using var flooding = new CancellationTokenSource();
        var flood = Enumerable.Range(0, Floods).Select(_ => FloodAsync(site, flooding.Token))
            .Concat(Enumerable.Range(0, Uploads).Select(_ => TrickleAsync(site, flooding.Token))).ToArray();
        await BrowserTest.UntilAsync(() => site.ReadLedger()["start"].Count() >= BlockedRuns);

        var longest = TimeSpan.Zero;
        for (var i = 0; i < Submissions; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await person.IsAsync("succeeded", await person.SubmitAsync());
            if (Stopwatch.GetElapsedTime(began) is var waited && waited > longest)
                longest = waited;
        }

        await flooding.CancelAsync();
        await Task.WhenAll(flood);
        return longest < Longest ? longest : throw new InvalidOperationException($"Somebody who is signed in waited {longest.TotalSeconds:0.0} s under a flood.");
    }

    /// <summary>Whatever the site answers.</summary>
    private static async Task FloodAsync(DurableSite site, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var stranger = await site.ComeAsync();
            for (var i = 0; i < 100 && !cancellationToken.IsCancellationRequested; i++)
            {
                using var answer = await stranger.PostAsync(("Wait", LedgerModel.Blocking));
            }
        }
    }

    /// <summary>Without a token or a cookie: most of the body at once, and then as little as the server bears.</summary>
    private static async Task TrickleAsync(DurableSite site, CancellationToken cancellationToken)
    {
        const int Length = 20_000_000;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var address = new Uri(site.Address);
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
