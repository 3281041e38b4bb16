using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The store outlives the release that filled it.</summary>
public sealed class ReleaseTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task Release_InAnotherFolder_RunsAndServesWhatTheFormerOneAccepted()
    {
        const int ResultBytes = 300_000;
        await using var site = new DurableSite();
        await site.StartAsync("--Runs=1");
        using var client = await site.ComeAsync();
        var served = await client.SubmitAsync(("ResultBytes", $"{ResultBytes}"));
        await client.IsAsync("succeeded", served);
        var running = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased));
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Contains(running));
        var queued = await client.SubmitAsync(("Padding", new string('x', 100_000)));
        await site.KillAsync();

        using var release = new TemporaryCopy(AppContext.BaseDirectory, ".playwright", "sample-site");
        site.Release = Path.Combine(release.Folder, Path.GetFileName(DurableSite.Assembly));
        await site.StartAsync("--Runs=1");

        using (var result = await client.OpenResultAsync(served))
            (await result.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(new byte[ResultBytes]);
        await client.IsAsync("succeeded", queued);
        await client.IsAsync("interrupted", running);
        (await site.ReadHealthAsync()).GetProperty("status").GetString().ShouldBe("Healthy");
        await site.KillAsync();
    }

    [Fact]
    public async Task Release_WithoutAPage_LeavesItsProcessesQueuedRunsTheOthersAndSaysSo()
    {
        await using var site = new DurableSite();
        await site.StartAsync("--Runs=1");
        using var client = await site.ComeAsync();
        var running = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased));
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Contains(running));
        var queued = await client.SubmitAsync();
        await site.KillAsync();

        await site.StartAsync("--Without=/Ledger");
        using (var other = await site.ComeAsync("/Repeat"))
            await other.IsAsync("succeeded", await other.SubmitAsync());
        var health = await site.ReadHealthAsync();
        health.GetProperty("status").GetString().ShouldBe("Degraded");
        health.GetProperty("description").GetString().ShouldBe("this application has no page or job for queued processes of page:/Ledger");
        health.GetProperty("data").GetProperty("queued").GetInt32().ShouldBe(1);
        site.ReadLedger()["start"].ShouldNotContain(queued);
        await site.KillAsync();

        await site.StartAsync();
        await client.IsAsync("succeeded", queued);
        (await site.ReadHealthAsync()).GetProperty("status").GetString().ShouldBe("Healthy");
    }
}
