using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class ConnectionTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    private const string Polls = "**/completed?*";

    [Theory]
    [InlineData("htmx.min.js")]
    [InlineData("asyncviews.js")]
    [InlineData("asyncviews.css")]
    public async Task BlockedAsset_StillEndsAtTheResult(string asset)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.BlockAsync(asset);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(40, "Reading rows");
        await waiting.ShowsAsync(40, "Reading rows");
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldContain(complaint => complaint.StartsWith("failed:", StringComparison.Ordinal) && complaint.Contains(asset));
    }

    [Fact]
    public async Task BothScriptsBlocked_CheckNowLeadsToTheResult()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.BlockAsync("*.js");
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await work.StartedAsync();
        work.Finish();

        // It ends a moment after its work: a look or two may come too early.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await form.Outcome.IsVisibleAsync())
            await waiting.CheckNow.ClickAsync().WaitAsync(deadline.Token);

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task PollThatFails_IsSaidAndPollingGoesOn()
    {
        var (work, visitor, form, waiting) = await WaitAsync();
        await Expect(waiting.ConnectionLost).ToBeHiddenAsync();

        await visitor.Page.RouteAsync(Polls, route => route.AbortAsync());
        await Expect(waiting.ConnectionLost).ToBeVisibleAsync();
        await waiting.ShowsAsync(30, "Reading rows");

        await visitor.Page.UnrouteAsync(Polls);
        await Expect(waiting.ConnectionLost).ToBeHiddenAsync();
        await work.ReportAsync(50, "Writing rows");
        await waiting.ShowsAsync(50, "Writing rows");
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task Tunnel_IsSaidAtOnceAndThePageGoesOnBehindIt()
    {
        var (work, visitor, form, waiting) = await WaitAsync();

        await visitor.Context.SetOfflineAsync(true);
        await Expect(waiting.ConnectionLost).ToBeVisibleAsync();
        work.Finish();
        await visitor.Context.SetOfflineAsync(false);

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task Sleep_OfTheComputer_EndsAtTheResult()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Page.Clock.InstallAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await visitor.Page.Clock.RunForAsync(2000);
        await work.ReportAsync(30, "Reading rows");
        await visitor.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        work.Finish();

        await visitor.Page.Clock.FastForwardAsync("08:00:00");
        await visitor.Page.Clock.ResumeAsync();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task WaitingPage_LeftAndComeBackTo_IsUpToDate()
    {
        var (work, visitor, form, waiting) = await WaitAsync();

        await visitor.Page.GotoAsync("about:blank");
        await work.ReportAsync(60, "Writing rows");
        await visitor.Page.GoBackAsync();
        await waiting.ShowsAsync(60, "Writing rows");
        await visitor.Page.GotoAsync("about:blank");
        work.Finish();
        await visitor.Page.GoBackAsync();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Theory, InlineData(503), InlineData(429), InlineData(502)]
    public async Task PollAnsweredWithAnError_LeavesTheBarAndPollingGoesOn(int status)
    {
        var (work, visitor, form, waiting) = await WaitAsync();

        await visitor.Page.RouteAsync(
            Polls, route => route.FulfillAsync(new() { Status = status, ContentType = "text/html", Body = "<h1>Too busy</h1>" }));
        await Expect(waiting.Busy).ToBeVisibleAsync();
        await waiting.ShowsAsync(30, "Reading rows");
        await Expect(visitor.Page.GetByText("Too busy")).ToHaveCountAsync(0);

        await visitor.Page.UnrouteAsync(Polls);
        await Expect(waiting.Busy).ToBeHiddenAsync();
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    /// <summary>Somebody whose page shows that 30 % are done.</summary>
    private async Task<(Work Work, Visitor Visitor, FormPage Form, WaitingPage Waiting)> WaitAsync()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(30, "Reading rows");
        await waiting.ShowsAsync(30, "Reading rows");
        return (work, visitor, form, waiting);
    }
}
