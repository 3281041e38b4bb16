using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The site is killed, and nothing that was acknowledged is lost, run twice or told wrongly.</summary>
public sealed class DurabilityTests(BrowserFixture browser) : BrowserTest(browser)
{
    private const int Clients = 4;

    [Theory]
    [InlineData(25)]
    [InlineData(120)]
    public async Task Kill_WhileManySubmitAndRun_LosesNothingAndRunsNothingTwice(int acknowledgedBeforeKill)
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => site.ComeAsync()));
        using var acknowledged = new Acknowledged();

        var submitting = clients.Select(acknowledged.SubmitUntilKilledAsync).ToArray();
        await Patience.UntilAsync(() => acknowledged.Count >= acknowledgedBeforeKill);
        await site.KillAsync();
        await Task.WhenAll(submitting);
        await site.StartAsync();

        await acknowledged.ShouldAllHaveEndedOnceAsync(site);
        site.ReadLedger()["end"].ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Accept_OfASubmission_SyncsTheDiskBeforeItIsAcknowledged()
    {
        await using var site = new DurableSite();
        site.Launcher = site.Strace;
        await site.StartAsync();
        using var client = await site.ComeAsync();
        var before = CountSyncs(site);

        for (var i = 0; i < 10; i++)
        {
            var synced = CountSyncs(site);
            (await client.SubmitAsync(60_000)).ShouldNotBeNull();
            CountSyncs(site).ShouldBeGreaterThan(synced);
        }

        CountSyncs(site).ShouldBeGreaterThanOrEqualTo(before + 10);
    }

    [Fact]
    public async Task Kill_WhileAPageWaits_TheConnectionIsLostAndThenItTellsOfTheInterruption()
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        var visitor = await VisitAsync(site.Address);
        await visitor.Page.GotoAsync("/Ledger");
        await visitor.Page.GetByLabel("Milliseconds").FillAsync("60000");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        var waiting = await WaitingPage.ReachedAsync(visitor.Page);
        await waiting.ShowsAsync(50, "Working");
        await waiting.HasScriptAsync();

        await site.KillAsync();
        await Expect(waiting.ConnectionLost).ToBeVisibleAsync();
        await site.StartAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Interrupted" })).ToBeVisibleAsync();
        site.ReadLedger()["start"].ShouldHaveSingleItem();
    }

    private static int CountSyncs(DurableSite site)
    {
        using var trace = new StreamReader(new FileStream(site.TraceFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return trace.ReadToEnd().Split('\n').Count(line => line.Contains("sync("));
    }
}
