using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Runs that a kill interrupted, once more: by their person, or by themselves where their page allows that.</summary>
public sealed class RepeatTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task SendAgain_AfterAKill_RunsTheSameSubmissionAsANewProcess()
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        var visitor = await VisitAsync(site.Address);
        await visitor.Page.GotoAsync("/Ledger");
        await visitor.Page.GetByLabel("Wait").FillAsync(LedgerModel.UntilReleased);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        var waiting = await WaitingPage.ReachedAsync(visitor.Page);
        await waiting.ShowsAsync(50, "Working");
        await waiting.HasScriptAsync();
        var interrupted = site.ReadLedger()["start"].ShouldHaveSingleItem();
        await site.KillAsync();
        await site.StartAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Interrupted" })).ToBeVisibleAsync();

        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await (await WaitingPage.ReachedAsync(visitor.Page)).ShowsAsync(50, "Working");
        site.ReleaseRuns();

        var again = visitor.Page.Locator("#written");
        await Expect(again).ToBeVisibleAsync();
        site.ReadLedger()["start"].ShouldBe([interrupted, (await again.TextContentAsync())!]);
    }

    [Theory]
    [InlineData(1, "succeeded")]
    [InlineData(2, "interrupted")]
    public async Task RepeatableRun_KilledSoOften_StartsAgainByItselfAsOftenAsItMay(int kills, string end)
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        using var client = await site.ComeAsync("/Repeat");
        var id = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased));
        for (var kill = 1; kill <= kills; kill++)
        {
            await Patience.UntilAsync(() => site.ReadLedger()["start"].Count() == kill);
            await site.KillAsync();
            await site.StartAsync();
        }

        site.ReleaseRuns();

        await client.IsAsync(end, id);
        site.ReadLedger()["start"].ShouldBe([id, id]);
    }
}
