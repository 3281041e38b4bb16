using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class WaitingPageTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Fact]
    public async Task Submission_WithScript_ShowsProgressAndThenTheResultByItself()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await Expect(waiting.Spinner).ToBeVisibleAsync();
        await Expect(visitor.Page).ToHaveTitleAsync("Work – Test site");

        await work.ReportAsync(42.5, "Reading rows");
        await waiting.ShowsAsync(42.5, "Reading rows");
        await Expect(waiting.Quarter).ToHaveTextAsync("A quarter is done.");
        await Expect(visitor.Page).ToHaveTitleAsync("42.5% – Work – Test site");

        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        await Expect(visitor.Page).ToHaveTitleAsync("Work – Test site");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_Unmeasured_HasNoValue()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var waiting = await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");

        await work.ReportAsync(50, "Half");
        await waiting.ShowsAsync(50, "Half");
        await work.ReportAsync(double.NaN, "Nobody knows");

        await Expect(waiting.Message).ToHaveTextAsync("Nobody knows");
        await Expect(waiting.Progress).Not.ToHaveAttributeAsync("value", "50");
        (await waiting.Progress.GetAttributeAsync("value")).ShouldBeNull();
        await Expect(visitor.Page).ToHaveTitleAsync("Work – Test site");
    }

    [Fact]
    public async Task ElapsedTime_BetweenPolls_GoesOn()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var waiting = await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");
        await visitor.Page.EvaluateAsync("isSame = true");

        await Expect(waiting.Elapsed).ToHaveTextAsync(new Regex("^(0:(0[3-9]|[1-5][0-9])|[1-9].*)$"));

        (await visitor.Page.EvaluateAsync<bool>("globalThis.isSame === true")).ShouldBeTrue("nothing was reported, so the page alone counts");
    }

    [Fact]
    public async Task Message_WithMarkup_IsShownAsText()
    {
        const string Markup = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;";
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync(Markup);

        await work.ReportAsync(10, Markup);
        await waiting.ShowsAsync(10, Markup);
        await visitor.Page.ReloadAsync();
        await waiting.ShowsAsync(10, Markup);
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync($"Done for {Markup}");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reload_WhileWaiting_GoesOnWaiting()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(30, "Reading rows");
        await waiting.ShowsAsync(30, "Reading rows");

        await visitor.Page.ReloadAsync();

        await waiting.ShowsAsync(30, "Reading rows");
        await Expect(visitor.Page).ToHaveTitleAsync("30% – Work – Test site");
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        work.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task FormThatTheLayoutsHtmxSends_LeadsToAWholeWaitingPageWhoseTitleFollows()
    {
        await using var site = await TestSite.StartAsync(settings: new TestSiteSettings { Layout = "_OwnHtmx" });
        var work = site.Works.New();
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(30, "Reading rows");
        await waiting.ShowsAsync(30, "Reading rows");
        await Expect(visitor.Page).ToHaveTitleAsync("30% – Test site – Work");
        await visitor.Page.ReloadAsync();
        await work.ReportAsync(40, "Writing rows");
        await waiting.ShowsAsync(40, "Writing rows");
        await Expect(visitor.Page).ToHaveTitleAsync("40% – Test site – Work");
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task UpdatesTurnedOff_StayOffUntilTurnedOnAgain()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Page.Clock.InstallAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await waiting.StopUpdating.ClickAsync();
        await Expect(waiting.UpdateAutomatically).ToBeVisibleAsync();
        await Expect(waiting.Spinner).ToHaveCountAsync(0);
        await Expect(visitor.Page.Locator("[data-hx-get], meta[http-equiv], noscript, script[src*=htmx], .av-clock")).ToHaveCountAsync(0);

        var requests = 0;
        visitor.Page.Request += (_, _) => requests++;
        await visitor.Page.Clock.FastForwardAsync("10:00");
        requests.ShouldBe(0);

        await work.ReportAsync(60, "Later");
        await waiting.CheckNow.ClickAsync();
        await waiting.ShowsAsync(60, "Later");
        await Expect(waiting.UpdateAutomatically).ToBeVisibleAsync();

        await visitor.Page.Clock.ResumeAsync();
        await waiting.UpdateAutomatically.ClickAsync();
        await Expect(waiting.Spinner).ToBeVisibleAsync();
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }
}
