using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class MyProcessesTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task List_OfARunningProcess_FollowsItToItsResult(bool script, int width)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script, width);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.SubmitAsync("Ada");
        await work.StartedAsync();

        var list = await MyProcesses.OpenAsync(visitor.Page);
        await Expect(list.Link()).ToHaveTextAsync("Work");
        await visitor.FitsAsync();
        await work.ReportAsync(42.5, "Reading rows");
        await Expect(list.Rows.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "42.5");
        await Expect(list.Rows).ToContainTextAsync("Reading rows");
        work.Finish();
        await Expect(list.Rows).ToContainTextAsync("Done");
        await visitor.FitsAsync();

        await list.Link().ClickAsync();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Buttons_CancelSendAgainAndDiscard(bool script)
    {
        var (failing, canceled) = (fixture.Site.Works.New(), fixture.Site.Works.New());
        var visitor = await VisitAsync(fixture.Site.Address, script);
        await (await FormPage.OpenAsync(visitor.Page, canceled)).SubmitAsync("Ada");
        await canceled.StartedAsync();
        var list = await MyProcesses.OpenAsync(visitor.Page);
        await list.Button("Cancel").ClickAsync();
        await Expect(list.Rows).ToContainTextAsync("Canceled");
        await list.DiscardAsync();
        await Expect(list.Empty).ToBeVisibleAsync();

        await (await FormPage.OpenAsync(visitor.Page, failing)).SubmitAsync("Grace");
        await failing.StartedAsync();
        failing.Fail("It broke.");
        await Expect(list.Heading).ToHaveTextAsync("Failed");
        await MyProcesses.OpenAsync(visitor.Page);
        await list.Button("Send again").ClickAsync();
        await Expect(list.Heading).ToHaveTextAsync("Failed");
        failing.Starts.ShouldBe(2);

        await MyProcesses.OpenAsync(visitor.Page);
        await Expect(list.Rows).ToHaveCountAsync(2);
        await list.DiscardAsync(row: 1);
        await Expect(list.Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task AnotherBrowser_SeesNothing()
    {
        var work = fixture.Site.Works.New();
        var owner = await VisitAsync(fixture.Site.Address);
        var stranger = await VisitAsync(fixture.Site.Address, width: Visitor.Narrow);
        await (await FormPage.OpenAsync(owner.Page, work)).SubmitAsync("Ada");

        var list = await MyProcesses.OpenAsync(stranger.Page);

        await Expect(list.Empty).ToBeVisibleAsync();
        await stranger.FitsAsync();
        work.Finish();
    }

    [Fact]
    public async Task Focus_OnAButton_IsKeptAcrossPolls()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");
        await work.StartedAsync();
        var list = await MyProcesses.OpenAsync(visitor.Page);
        await list.Button("Cancel").FocusAsync();

        await work.ReportAsync(10, "Step 10");

        await Expect(list.Rows).ToContainTextAsync("Step 10");
        await Expect(list.Button("Cancel")).ToBeFocusedAsync();
        work.Finish();
    }

    [Fact]
    public async Task EmbeddedProgress_OfTwoProcesses_GoesOnToTheirLinksAndLeavesThePageAsItIs()
    {
        var (first, second) = (fixture.Site.Works.New(), fixture.Site.Works.New());
        var visitor = await VisitAsync(fixture.Site.Address);
        await (await FormPage.OpenAsync(visitor.Page, first)).SubmitAsync("Ada");
        await (await FormPage.OpenAsync(visitor.Page, second)).SubmitAsync("Grace");
        var ids = new[] { (await first.StartedAsync()).Id, (await second.StartedAsync()).Id };
        await visitor.Page.GotoAsync($"/desk?id={ids[0]}&id={ids[1]}");
        var parts = visitor.Page.Locator(".part");
        await visitor.Page.GetByLabel("Note").FillAsync("half written");

        await first.ReportAsync(30, "Counting");
        await second.ReportAsync(60, "Sorting");
        await Expect(parts.First).ToContainTextAsync("Counting");
        await Expect(parts.Nth(1)).ToContainTextAsync("Sorting");
        await Expect(parts.First.GetByRole(AriaRole.Status)).ToContainTextAsync("A quarter is done.");
        await Expect(parts.Nth(1).GetByRole(AriaRole.Status)).ToContainTextAsync("Half is done.");
        second.Finish();
        await Expect(parts.Nth(1).GetByRole(AriaRole.Status)).ToHaveTextAsync("Done");
        await Expect(parts.First.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();

        await Expect(visitor.Page).ToHaveTitleAsync("Desk – Test site");
        await Expect(visitor.Page.GetByLabel("Note")).ToHaveValueAsync("half written");
        await parts.Nth(1).GetByRole(AriaRole.Link, new() { Name = "Show the result" }).ClickAsync();
        await Expect(visitor.Page.Locator("#outcome")).ToHaveTextAsync("Done for Grace");
        first.Finish();
        visitor.Complaints.ShouldBeEmpty();
    }
}
