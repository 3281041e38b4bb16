using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class CancelTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Cancel_WhileRunning_StopsTheWork(bool script)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        var process = await work.StartedAsync();

        await waiting.Cancel.ClickAsync();

        await Expect(form.Heading).ToHaveTextAsync("Canceled");
        await Expect(visitor.Page.GetByText("It was stopped while it was running.")).ToBeVisibleAsync();
        process.CancellationToken.IsCancellationRequested.ShouldBeTrue();
        visitor.Complaints.ShouldBeEmpty();

        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the form" }).ClickAsync();
        await Expect(form.Start).ToBeVisibleAsync();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Cancel_WhileQueued_IsNeverStarted(bool script)
    {
        await using var site = await TestSite.StartAsync(options => options.MaxConcurrentRuns = 1);
        var (running, queued) = (site.Works.New(), site.Works.New());
        var visitor = await VisitAsync(site.Address, script);
        await (await FormPage.OpenAsync(visitor.Page, running)).SubmitAsync("Ada");
        await running.StartedAsync();

        var form = await FormPage.OpenAsync(visitor.Page, queued);
        var waiting = await form.SubmitAsync("Grace");
        await Expect(waiting.Status).ToHaveTextAsync("Waiting for its turn");
        await Expect(visitor.Page.GetByText("Place in the queue: 1")).ToBeVisibleAsync();
        await waiting.Cancel.ClickAsync();

        await Expect(form.Heading).ToHaveTextAsync("Canceled");
        await Expect(visitor.Page.GetByText("It was canceled before it started. Nothing was done.")).ToBeVisibleAsync();
        running.Finish();
        queued.Starts.ShouldBe(0);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, null, false)]
    [InlineData(true, "~/htmx-4.0.1.min.js", true)]
    [InlineData(true, "~/htmx-4.0.1.min.js", false)]
    [InlineData(false, null, true)]
    [InlineData(false, null, false)]
    public async Task Back_AfterACancel_LeadsToTheForm(bool script, string? htmx, bool isRunning)
    {
        var settings = new TestSiteSettings { Htmx = htmx, Runs = 1 };
        await using var site = await TestSite.StartAsync(settings.Apply, settings);
        var visitor = await VisitAsync(site.Address, script);
        if (!isRunning)
        {
            var other = site.Works.New();
            await (await FormPage.OpenAsync(visitor.Page, other)).SubmitAsync("Ada");
            await other.StartedAsync();
        }

        var work = site.Works.New();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Grace");
        if (isRunning)
            await work.StartedAsync();
        await waiting.Cancel.ClickAsync();
        await Expect(form.Heading).ToHaveTextAsync("Canceled");

        await visitor.Page.GoBackAsync();

        await Expect(form.Start).ToBeVisibleAsync();
        await Expect(form.Heading).Not.ToHaveTextAsync("Canceled");
    }

    [Fact]
    public async Task QueuedProcess_StartsAndEndsOnTheSamePage()
    {
        await using var site = await TestSite.StartAsync(options => options.MaxConcurrentRuns = 1);
        var (running, queued) = (site.Works.New(), site.Works.New());
        var visitor = await VisitAsync(site.Address);
        await (await FormPage.OpenAsync(visitor.Page, running)).SubmitAsync("Ada");
        await running.StartedAsync();
        var form = await FormPage.OpenAsync(visitor.Page, queued);
        var waiting = await form.SubmitAsync("Grace");
        await Expect(waiting.Status).ToHaveTextAsync("Waiting for its turn");

        running.Finish();
        await Expect(waiting.Status).ToHaveTextAsync("In progress");
        queued.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Grace");
    }

    [Fact]
    public async Task Focus_OnCancel_IsKeptAcrossPolls()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var waiting = await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");
        await waiting.Cancel.FocusAsync();

        foreach (var percent in new[] { 10, 30 })
        {
            await work.ReportAsync(percent, $"Step {percent}");
            await waiting.ShowsAsync(percent, $"Step {percent}");
            await Expect(waiting.Cancel).ToBeFocusedAsync();
        }

        await visitor.Page.Keyboard.PressAsync("Enter");
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Canceled" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Cancel_OfWorkThatGoesOn_SaysStoppingAndShowsItsResult()
    {
        var work = fixture.Site.Works.New(stopsWhenTold: false);
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");
        await work.StartedAsync();

        await waiting.Cancel.ClickAsync();
        await Expect(waiting.Status).ToHaveTextAsync("Stopping…");
        await Expect(waiting.Cancel).ToBeDisabledAsync();
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }
}
