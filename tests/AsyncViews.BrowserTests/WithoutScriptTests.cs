using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class WithoutScriptTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Fact]
    public async Task Submission_WithoutScript_ShowsProgressAndThenTheResultByItself()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script: false);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await Expect(waiting.Spinner).ToBeVisibleAsync();
        await work.ReportAsync(42.5, "Reading rows");
        await waiting.ShowsAsync(42.5, "Reading rows");
        await Expect(visitor.Page).ToHaveTitleAsync("42.5% – Work – Test site");

        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task UpdatesTurnedOff_StayOffUntilTurnedOnAgain()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script: false);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");

        await waiting.StopUpdating.ClickAsync();
        await Expect(waiting.UpdateAutomatically).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("meta[http-equiv]")).ToHaveCountAsync(0);
        await waiting.UpdateAutomatically.ClickAsync();
        await Expect(visitor.Page.Locator("meta[http-equiv=refresh]")).ToHaveCountAsync(1);
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }
}
