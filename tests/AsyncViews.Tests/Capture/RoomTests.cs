using System.Net;
using System.Net.Sockets;
using System.Text;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Capture;

/// <summary>Bodies count from their first byte, and not only once they wait.</summary>
public sealed class RoomTests
{
    private const int Piece = 100_000;

    [Fact]
    public async Task Length_BeyondTheRoom_IsRefusedBeforeTheBodyIsRead()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.MaxQueueBytes = 10 * Piece);
        using var client = await ConnectAsync(site);

        await SendHeadAsync(client, 11 * Piece);

        (await StatusAsync(client)).ShouldBe("HTTP/1.1 503");
    }

    [Fact]
    public async Task Length_BeyondWhatTheServerTakes_IsStillTooLarge()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.MaxQueueBytes = 10 * Piece);
        using var client = await ConnectAsync(site);

        await SendHeadAsync(client, 50_000_000);

        (await StatusAsync(client)).ShouldBe("HTTP/1.1 413");
    }

    /// <summary>It has neither a token nor a cookie, and never ends.</summary>
    [Fact]
    public async Task Body_ThatIsBeingReceived_CountsAndLeavesRoomToOthersUntilItIsGone()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.MaxQueueBytes = 10 * Piece);
        using var first = await ConnectAsync(site);
        using var second = await ConnectAsync(site);
        await SendHeadAsync(first, 5 * Piece);
        await first.GetStream().WriteAsync(new byte[4 * Piece], TestContext.Current.CancellationToken);
        await Eventually.BeTrueAsync(async () => !await HasRoomAsync(site, 7 * Piece), "the body counts");

        await SendHeadAsync(second, 5 * Piece);
        (await StatusAsync(second)).ShouldBe("HTTP/1.1 503");
        (await HasRoomAsync(site, 5 * Piece)).ShouldBeTrue();

        first.Dispose();
        await Eventually.BeTrueAsync(() => HasRoomAsync(site, 9 * Piece), "the body is gone");
    }

    [Fact]
    public async Task Body_ThatBeganFastAndTrickles_GivesItsRoomBack()
    {
        var time = Clock.Start();
        await using var site = await Site.StartAsync(setup => (setup.Options, setup.Time) = (options => options.MaxQueueBytes = 10 * Piece, time));
        using var client = await ConnectAsync(site);
        await SendHeadAsync(client, 5 * Piece);
        await client.GetStream().WriteAsync(new byte[4 * Piece], TestContext.Current.CancellationToken);
        await Eventually.BeTrueAsync(async () => !await HasRoomAsync(site, 7 * Piece), "the body counts");

        await Eventually.BeTrueAsync(async () =>
        {
            // Once the answer has come, the connection is closed.
            if (client.Available == 0)
                await client.GetStream().WriteAsync(new byte[1], TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
            return await HasRoomAsync(site, 9 * Piece);
        }, "the room is free");

        (await StatusAsync(client)).ShouldBe("HTTP/1.1 400");
    }

    /// <summary>The framework would buffer the rest of it on the same disk.</summary>
    [Fact]
    public async Task Body_ThatOutgrowsTheRoom_IsRefusedAndReadNoFurther()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.MaxQueueBytes = 10 * Piece);
        using var client = await ConnectAsync(site);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /Work HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n" +
            $"{20 * Piece:x}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n"), TestContext.Current.CancellationToken);

        await client.GetStream().WriteAsync(new byte[11 * Piece], TestContext.Current.CancellationToken);

        (await StatusAsync(client)).ShouldBe("HTTP/1.1 503");
    }

    [Fact]
    public async Task Result_ThatWouldTakeTheDisksReserve_FailsWithTheReason()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.HttpContext.RequestServices.GetRequiredService<IOptions<AsyncViewsOptions>>().Value.MinFreeDiskBytes = long.MaxValue;
            return Task.FromResult<IActionResult>(page.File(new byte[Piece], "application/octet-stream"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.EndAsync()).ShouldBe("failed");
        (await site.Processes.GetStatusAsync(submitted.Id, TestContext.Current.CancellationToken))!.Reason.ShouldBe(ProcessReason.NoRoom);
    }

    private static async Task<bool> HasRoomAsync(Site site, int length) =>
        await site.Services.GetRequiredService<ContentRoom>().HasRoomAsync(length, Sender.Of("ann"), TestContext.Current.CancellationToken);

    private static async Task<TcpClient> ConnectAsync(Site site)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, site.Root.Port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>The head of an upload of about this length, up to its content.</summary>
    private static async Task SendHeadAsync(TcpClient client, int length) => await client.GetStream().WriteAsync(
        Encoding.ASCII.GetBytes(
            $"POST /Work HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n" +
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n"),
        TestContext.Current.CancellationToken);

    private static async Task<string> StatusAsync(TcpClient client)
    {
        var buffer = new byte["HTTP/1.1 503".Length];
        await client.GetStream().ReadExactlyAsync(buffer, TestContext.Current.CancellationToken).AsTask().Soon("the answer");
        return Encoding.ASCII.GetString(buffer);
    }
}
