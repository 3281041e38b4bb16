using System.Net;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class DamageTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task ContentFile_ChangedWhileQueued_FailsThatProcessOnlyAndIsNotStarted()
    {
        await using var site = new DurableSite();
        await site.StartAsync("--Runs=1");
        using var client = await site.ComeAsync();
        var running = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased));
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Contains(running));
        var damaged = await client.SubmitAsync(("Padding", new string('x', 200_000)));
        await ChangeAByteAsync(site.ContentFiles.ShouldHaveSingleItem());
        var sound = await client.SubmitAsync(("Padding", new string('x', 200_000)));

        site.ReleaseRuns();

        await client.IsAsync("succeeded", running);
        await client.IsAsync("succeeded", sound);
        await client.IsAsync("failed", damaged);
        using (var result = await client.OpenResultAsync(damaged))
            (await result.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("What you sent was damaged on the server.");
        site.ReadLedger()["start"].ShouldBe([running, sound]);
    }

    [Fact]
    public async Task ContentFile_OfAResultCutShort_IsToldBeforeAnythingIsSent()
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        using var client = await site.ComeAsync();
        var damaged = await client.SubmitAsync(("ResultBytes", "200000"));
        await client.IsAsync("succeeded", damaged);
        using (var file = File.OpenWrite(site.ContentFiles.ShouldHaveSingleItem()))
            file.SetLength(100_000);
        var sound = await client.SubmitAsync(("ResultBytes", "200000"));
        await client.IsAsync("succeeded", sound);

        using var told = await client.OpenResultAsync(damaged);
        told.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await told.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("The stored result is damaged.");
        using var whole = await client.OpenResultAsync(sound);
        (await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length.ShouldBe(200_000);
    }

    private static async Task ChangeAByteAsync(string path)
    {
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
    }
}
