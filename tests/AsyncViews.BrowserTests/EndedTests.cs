using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class EndedTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Failure_ShowsAReferenceAndNoException(bool script)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.SubmitAsync("Ada");
        var process = await work.StartedAsync();

        work.Fail("Something secret broke.");

        await Expect(form.Heading).ToHaveTextAsync("Failed");
        await Expect(visitor.Page.Locator("strong")).ToHaveTextAsync(process.Id.Reference);
        (await visitor.Page.ContentAsync()).ShouldNotContain("secret");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the form" }).ClickAsync();
        await Expect(form.Start).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SomeoneElsesAddress_SaysThatThereIsNothing()
    {
        var work = fixture.Site.Works.New();
        var owner = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(owner.Page, work);
        await form.SubmitAsync("Ada");
        var processing = owner.Page.Url;
        var stranger = await VisitAsync(fixture.Site.Address);
        var heading = stranger.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

        var answer = await stranger.Page.GotoAsync(processing);
        answer!.Status.ShouldBe(404);
        await Expect(heading).ToHaveTextAsync("There is nothing here");

        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        answer = await stranger.Page.GotoAsync(owner.Page.Url);
        answer!.Status.ShouldBe(404);
        await Expect(heading).ToHaveTextAsync("There is nothing here");
    }

    [Fact]
    public async Task WaitingPage_WhoseOwnerIsForgotten_SaysThatThereIsNothing()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.SubmitAsync("Ada");

        await visitor.Context.ClearCookiesAsync();

        await Expect(form.Heading).ToHaveTextAsync("There is nothing here");
    }

    [Fact]
    public async Task Result_PastItsRetention_SaysThatItHasExpired()
    {
        await using var site = await TestSite.StartAsync(options =>
        {
            options.ResultRetention = TimeSpan.FromSeconds(1);
            options.SweepInterval = TimeSpan.FromSeconds(0.1);
        });
        var work = site.Works.New();
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.SubmitAsync("Ada");
        work.Finish();
        await Expect(form.Outcome.Or(form.Heading.GetByText("This result has expired"))).ToBeVisibleAsync();

        await ReloadUntilAsync(visitor.Page, form.Heading, "This result has expired");
    }

    [Fact]
    public async Task Submission_ThereIsNoRoomFor_IsRefusedAndCanBeSentAgain()
    {
        var full = true;
        await using var site = await TestSite.StartAsync(options => options.AdmitAsync = _ => ValueTask.FromResult(full ? "We are closed until noon." : null));
        var work = site.Works.New();
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.Name.FillAsync("Ada");
        await form.Start.ClickAsync();
        await Expect(form.Heading).ToHaveTextAsync("Not accepted");
        await Expect(visitor.Page.GetByText("We are closed until noon.")).ToBeVisibleAsync();

        full = false;
        await visitor.Page.GoBackAsync();
        await Expect(form.Name).ToHaveValueAsync("Ada");
        await form.Start.ClickAsync();
        await work.StartedAsync();
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    private static async Task ReloadUntilAsync(IPage page, ILocator locator, string text)
    {
        using var deadline = new CancellationTokenSource(Patience.Limit);
        while (await locator.TextContentAsync() != text)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await page.ReloadAsync();
        }
    }
}
