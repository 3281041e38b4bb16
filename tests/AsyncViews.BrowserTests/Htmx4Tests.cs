using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Every state once with htmx 4, to which one line of the application switches.</summary>
public sealed class Htmx4Tests(BrowserFixture browser) : BrowserTest(browser)
{
    private TestSite _site = null!;

    public override async ValueTask InitializeAsync()
    {
        var settings = new TestSiteSettings { Htmx = "~/htmx-4.0.1.min.js" };
        _site = await TestSite.StartAsync(settings.Apply, settings);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Progress_IsShownAndAnnouncedAndLeadsToTheResult()
    {
        var work = _site.Works.New();
        var (visitor, form, waiting) = await SubmitAsync(work);
        (await visitor.Page.EvaluateAsync<string>("htmx.version")).ShouldBe("4.0.1");

        await work.ReportAsync(12, "Reading rows");
        await waiting.ShowsAsync(12, "Reading rows");
        await work.ReportAsync(42.5, "Writing rows");
        await waiting.ShowsAsync(42.5, "Writing rows");
        await Expect(waiting.Quarter).ToHaveTextAsync("A quarter is done.");
        await Expect(visitor.Page).ToHaveTitleAsync("42.5% – Work – Test site");
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        await visitor.Page.GoBackAsync();
        await Expect(form.Start).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failure_ShowsItsReference()
    {
        var work = _site.Works.New();
        var (visitor, form, _) = await SubmitAsync(work);
        var process = await work.StartedAsync();

        work.Fail("broken");

        await Expect(form.Heading).ToHaveTextAsync("Failed");
        await Expect(visitor.Page.Locator("strong")).ToHaveTextAsync(process.Id.Reference);
    }

    [Fact]
    public async Task Cancel_StopsTheWork()
    {
        var work = _site.Works.New();
        var (visitor, form, waiting) = await SubmitAsync(work);
        await work.StartedAsync();

        await waiting.Cancel.ClickAsync();

        await Expect(form.Heading).ToHaveTextAsync("Canceled");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Download_StartsByItself()
    {
        var work = _site.Works.New();
        var visitor = await VisitAsync(_site.Address);
        await visitor.Page.GotoAsync($"/export?key={work.Key}");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await WaitingPage.ReachedAsync(visitor.Page);
        await work.StartedAsync();

        var download = await visitor.Page.RunAndWaitForDownloadAsync(() =>
        {
            work.Finish();
            return Task.CompletedTask;
        });

        download.SuggestedFilename.ShouldBe("export.csv");
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your file is ready");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Poll_ThatFailsOrIsRefused_IsSaidAndPollingGoesOn()
    {
        const string Polls = "**/completed?*";
        var work = _site.Works.New();
        var (visitor, form, waiting) = await SubmitAsync(work);
        await work.ReportAsync(30, "Reading rows");
        await waiting.ShowsAsync(30, "Reading rows");

        await visitor.Page.RouteAsync(Polls, route => route.AbortAsync());
        await Expect(waiting.ConnectionLost).ToBeVisibleAsync();
        await visitor.Page.UnrouteAsync(Polls);
        foreach (var (status, said) in new[] { (429, waiting.Busy), (503, waiting.ConnectionLost), (200, waiting.ConnectionLost) })
        {
            await visitor.Page.RouteAsync(Polls, route => route.FulfillAsync(new() { Status = status, ContentType = "text/html", Body = "<h1>Not ours</h1>" }));
            await Expect(said).ToBeVisibleAsync();
            await waiting.ShowsAsync(30, "Reading rows");
            await visitor.Page.UnrouteAsync(Polls);
            await Expect(waiting.Reload).ToBeHiddenAsync();
        }

        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task WaitingPage_WhoseOwnerIsForgotten_SaysThatThereIsNothing()
    {
        var (visitor, form, _) = await SubmitAsync(_site.Works.New());

        await visitor.Context.ClearCookiesAsync();

        await Expect(form.Heading).ToHaveTextAsync("There is nothing here");
    }

    private async Task<(Visitor Visitor, FormPage Form, WaitingPage Waiting)> SubmitAsync(Work work)
    {
        var visitor = await VisitAsync(_site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        return (visitor, form, await form.SubmitAsync("Ada"));
    }
}
