using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Assets that do not arrive where scripting is on: nobody is left before a page that stands still.</summary>
public sealed class AssetTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Theory]
    [InlineData("**/*.js*", 404)]
    [InlineData("**/_content/**", 404)]
    [InlineData("**/_content/**", 200)]
    public async Task WaitingPage_WithoutItsAssets_OffersAWayToTheResultAndDoesNotReload(string assets, int status)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Context.RouteAsync(assets, route => route.FulfillAsync(new() { Status = status, Body = "" }));
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await work.StartedAsync();
        await visitor.Page.EvaluateAsync("window.isTheSame = true");

        await Expect(waiting.IfStuck).ToBeVisibleAsync();
        (await visitor.Page.EvaluateAsync<bool>("window.isTheSame")).ShouldBeTrue();
        work.Finish();
        using var deadline = new CancellationTokenSource(Patience.Limit);
        while (!await form.Outcome.IsVisibleAsync())
            await waiting.IfStuck.ClickAsync().WaitAsync(deadline.Token);

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    /// <summary>It goes on by itself: by htmx's polls, or by the timer of asyncviews.js.</summary>
    [Theory]
    [InlineData("htmx.min.js", 0)]
    [InlineData("asyncviews.js", 1)]
    [InlineData("nothing", 0)]
    public async Task WaitingPage_WithOneScript_GoesOn(string missing, int offers)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.BlockAsync(missing);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(40, "Reading rows");
        await waiting.ShowsAsync(40, "Reading rows");

        await Expect(visitor.Page.Locator(".av-if-stuck")).ToHaveCountAsync(offers);

        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task WaitingPage_WithUpdatesTurnedOff_NeedsNoWayOut()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.BlockAsync("*.js");
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");

        await waiting.StopUpdating.ClickAsync();

        await Expect(waiting.UpdateAutomatically).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator(".av-if-stuck")).ToHaveCountAsync(0);
        work.Finish();
    }

    [Fact]
    public async Task NoncePolicy_WithStrictDynamic_IsKeptFromTheFormToTheResult()
    {
        await using var site = await TestSite.StartAsync(options => options.ScriptNonce = TestSite.NonceOf, new TestSiteSettings { Nonces = true, Layout = "_Bare" });
        var work = site.Works.New();
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(40, "Reading rows");
        await waiting.ShowsAsync(40, "Reading rows");
        await Expect(visitor.Page.Locator(".av-if-stuck")).ToHaveCountAsync(0);
        (await waiting.Spinner.EvaluateAsync<string>("spinner => getComputedStyle(spinner).borderRadius")).ShouldBe("50%");
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");

        visitor.Complaints.ShouldBeEmpty();
    }
}
