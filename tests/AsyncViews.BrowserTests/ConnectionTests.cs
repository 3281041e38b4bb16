using System.Globalization;
using System.Text.RegularExpressions;
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
    public async Task BothScriptsBlocked_TheWayOutLeadsToTheResult()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.BlockAsync("*.js");
        var form = await FormPage.OpenAsync(visitor.Page, work);

        var waiting = await form.SubmitAsync("Ada");
        await work.StartedAsync();
        work.Finish();

        // It ends a moment after its work: a look or two may come too early.
        using var deadline = new CancellationTokenSource(Patience.Limit);
        while (!await form.Outcome.IsVisibleAsync())
            await waiting.IfStuck.ClickAsync().WaitAsync(deadline.Token);

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
    public async Task Clock_AfterASleepOfTheComputer_CountsTheSleepToo()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Page.Clock.InstallAsync();

        // An answer would bring the server's count.
        await visitor.Page.RouteAsync(Polls, _ => Task.CompletedTask);
        var waiting = await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");
        await waiting.HasScriptAsync();

        await visitor.Page.Clock.SetSystemTimeAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8));
        await visitor.Page.Clock.RunForAsync(1000);

        await Expect(waiting.Elapsed).ToHaveTextAsync(new Regex("^8:0[0-9]:"));
        work.Finish();
    }

    [Fact]
    public async Task ListWhereAllHasEnded_WithoutAConnection_DoesNotSayThatItKeepsTrying()
    {
        var (work, visitor, _, waiting) = await WaitAsync();
        var list = await MyProcesses.OpenAsync(visitor.Page);
        work.Finish();
        await Expect(list.Rows).ToContainTextAsync("Done");

        await visitor.Page.EvaluateAsync("dispatchEvent(new Event('offline'))");

        await Expect(waiting.ConnectionLost).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator(".av-stalled")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task RequestOfTheApplication_ThatFails_IsNoLostConnection()
    {
        var (work, visitor, form, waiting) = await WaitAsync();

        await visitor.Page.EvaluateAsync("htmx.trigger(document.querySelector('h1'), 'htmx:sendError')");

        await Expect(waiting.ConnectionLost).ToBeHiddenAsync();
        work.Finish();
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

    /// <summary>Something in front of the application, or around it, may answer in its place.</summary>
    [Theory]
    [InlineData(200, false), InlineData(204, false), InlineData(404, false), InlineData(500, false), InlineData(502, false), InlineData(503, false)]
    [InlineData(429, true)]
    public async Task PollAnsweredBySomebodyElse_LeavesTheBarAndPollingGoesOn(int status, bool busy)
    {
        var (work, visitor, form, waiting) = await WaitAsync();

        await visitor.Page.RouteAsync(Polls, route => route.FulfillAsync(new()
        {
            Status = status,
            ContentType = "text/html",
            Headers = [new("HX-Redirect", "/elsewhere"), new("HX-Refresh", "true")],
            Body = "<h1>Not ours</h1>",
        }));
        await Expect(busy ? waiting.Busy : waiting.ConnectionLost).ToBeVisibleAsync();
        await waiting.ShowsAsync(30, "Reading rows");
        await Expect(waiting.Reload).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByText("Not ours")).ToHaveCountAsync(0);

        await visitor.Page.UnrouteAsync(Polls);
        await Expect(waiting.Reload).ToBeHiddenAsync();
        await work.ReportAsync(50, "Writing rows");
        await waiting.ShowsAsync(50, "Writing rows");
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task ConnectionLost_TheClockAndTheSpinnerStandStill()
    {
        var (work, visitor, form, waiting) = await WaitAsync();
        await visitor.Page.Clock.InstallAsync();
        await visitor.Page.ReloadAsync();
        await visitor.Page.RouteAsync(Polls, route => route.AbortAsync());
        await visitor.Page.Clock.RunForAsync(5000);
        await Expect(waiting.ConnectionLost).ToBeVisibleAsync();
        var clock = await waiting.Elapsed.TextContentAsync();

        await visitor.Page.Clock.RunForAsync(60_000);

        await Expect(waiting.Elapsed).ToHaveTextAsync(clock!);
        await Expect(waiting.Spinner).ToHaveCSSAsync("animation-play-state", "paused");
        await visitor.Page.UnrouteAsync(Polls);
        await visitor.Page.Clock.ResumeAsync();
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task PollsThatAreRefused_ComeLessAndLessOften()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Page.Clock.InstallAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await waiting.HasScriptAsync();
        var polls = 0;
        await visitor.Page.RouteAsync(Polls, route =>
        {
            Interlocked.Increment(ref polls);
            return route.FulfillAsync(new() { Status = 429 });
        });

        // From here on only what is run passes. While a poll is on its way, none is sent.
        await visitor.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        var onItsWay = visitor.Page.Locator("#av-poll.htmx-request");
        await Expect(onItsWay).ToHaveCountAsync(0);
        await visitor.Page.Clock.RunForAsync(2000);
        await Expect(waiting.Busy).ToBeVisibleAsync();
        polls = 0;
        for (var second = 0; second < 40; second++)
        {
            await visitor.Page.Clock.RunForAsync(1000);
            await Expect(onItsWay).ToHaveCountAsync(0);
        }

        polls.ShouldBeInRange(3, 10, "of forty that would have been asked");
        await visitor.Page.UnrouteAsync(Polls);
        await visitor.Page.Clock.ResumeAsync();
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task PollsAfterManyRefusals_ComeAtTheirIntervalAgainWithTheFirstNews()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Page.Clock.InstallAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await waiting.HasScriptAsync();
        var refused = 0;
        await visitor.Page.RouteAsync(Polls, route =>
        {
            Interlocked.Increment(ref refused);
            return route.FulfillAsync(new() { Status = 502 });
        });
        await visitor.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        await Patience.UntilAsync(
            async () =>
            {
                await RunForIntervalAsync();
                return refused >= 4;
            },
            "four refusals");

        await visitor.Page.UnrouteAsync(Polls);
        await work.ReportAsync(30, "Reading rows");
        await Patience.UntilAsync(
            async () =>
            {
                await RunForIntervalAsync();
                return !await waiting.ConnectionLost.IsVisibleAsync();
            },
            "the connection");
        await waiting.ShowsAsync(30, "Reading rows");
        await work.ReportAsync(50, "Writing rows");
        for (var interval = 0; interval < 3; interval++)
            await RunForIntervalAsync();

        await waiting.ShowsAsync(50, "Writing rows");
        await visitor.Page.Clock.ResumeAsync();
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");

        // No poll is sent while one is on its way, and htmx takes an answer in by a timer.
        async Task RunForIntervalAsync()
        {
            var milliseconds = await visitor.Page.Locator("#av-poll").GetAttributeAsync("data-av-interval");
            await visitor.Page.Clock.RunForAsync(long.Parse(milliseconds!, CultureInfo.InvariantCulture));
            await Patience.UntilAsync(async () =>
            {
                await visitor.Page.Clock.RunForAsync(30);
                return await visitor.Page.Locator("#av-poll.htmx-request").CountAsync() == 0;
            });
        }
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
