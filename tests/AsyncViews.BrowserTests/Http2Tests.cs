using System.Diagnostics;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Over HTTP/2, where a poll is held until there is something to say.</summary>
public sealed class Http2Tests(BrowserFixture browser) : BrowserTest(browser)
{
    [Theory, InlineData(null), InlineData("~/htmx-4.0.1.min.js")]
    public async Task Poll_ThatIsHeld_ShowsProgressAndResultWithOneRequestAPollInterval(string? htmx)
    {
        var settings = new TestSiteSettings { Https = true, Htmx = htmx };
        await using var site = await TestSite.StartAsync(settings.Apply, settings);
        var work = site.Works.New();
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        (await visitor.Page.EvaluateAsync<string>("performance.getEntriesByType('navigation')[0].nextHopProtocol")).ShouldBe("h2");
        var polls = 0;
        visitor.Page.Request += (_, request) => polls += request.Url.Contains("/completed?", StringComparison.Ordinal) ? 1 : 0;
        var watched = Stopwatch.StartNew();

        for (var percent = 1; percent <= 20; percent++)
        {
            await work.ReportAsync(percent, $"Row {percent}");
            await visitor.Page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 200))");
        }

        await waiting.ShowsAsync(20, "Row 20");
        polls.ShouldBeLessThanOrEqualTo((int)watched.Elapsed.TotalSeconds + 4, "a poll a second, and a few for the first and the last");
        await Patience.UntilAsync(async () => await visitor.Page.EvaluateAsync<bool>("!!document.querySelector('#av-poll.htmx-request')"));
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(null), InlineData("~/htmx-4.0.1.min.js")]
    public async Task Poll_AfterNews_IsHeldAgainBeforeItsInterval(string? htmx)
    {
        var settings = new TestSiteSettings { Https = true, Htmx = htmx };
        await using var site = await TestSite.StartAsync(settings.Apply, settings);
        var work = site.Works.New();
        var visitor = await VisitAsync(site.Address);
        await visitor.Page.Clock.InstallAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");

        // From here on, the page's clock moves only as far as it is told: enough for the script to begin and for an answer to take its place, but not for an interval.
        await visitor.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        await visitor.Page.ReloadAsync();
        await visitor.Page.Clock.RunForAsync(100);
        var onItsWay = visitor.Page.Locator("#av-poll.htmx-request");
        await visitor.Page.EvaluateAsync("htmx.trigger('#av-poll', 'av-again')");
        await Expect(onItsWay).ToHaveCountAsync(1);
        await visitor.Page.RunAndWaitForRequestAsync(
            async () =>
            {
                await work.ReportAsync(30, "Reading rows");
                await waiting.ShowsAsync(30, "Reading rows");
                await visitor.Page.Clock.RunForAsync(200);
            },
            request => request.Url.Contains("/completed?", StringComparison.Ordinal));
        await Expect(onItsWay).ToHaveCountAsync(1);
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }
}
