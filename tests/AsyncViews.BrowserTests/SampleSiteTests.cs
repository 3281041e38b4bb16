using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Every page of the sample from start to end: with script on a wide screen, without script on a narrow one.</summary>
public sealed class SampleSiteTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Report_IsDownloaded(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        var byItself = script ? visitor.Page.WaitForDownloadAsync() : null;
        await page.OpenAsync("Report");

        await page.Submit.ClickAsync();
        await page.EndsWithAsync("Your file is ready");

        var ready = new ReadyPage(visitor.Page);
        var download = byItself is null ? await visitor.Page.RunAndWaitForDownloadAsync(() => ready.Download.ClickAsync()) : await byItself;
        download.SuggestedFilename.ShouldBe("airports-all.csv");
        (await download.ReadLinesAsync()).Length.ShouldBe(3377);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Inspection_EndsWithItsFindings(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Inspection");

        await page.Submit.ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Findings" })).ToBeVisibleAsync();
        (await visitor.Page.Locator("main li").CountAsync()).ShouldBeGreaterThan(5);
        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Departure_HasATabOfItsOwnAndEndsThere()
    {
        var visitor = await VisitAsync(sample.Address);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Departure");
        await visitor.Page.GetByLabel("Flight").FillAsync("AV1");

        var tab = await visitor.Page.RunAndWaitForPopupAsync(() => page.Submit.ClickAsync());

        await Expect(tab.GetByText("AV1 has departed.")).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Trouble_EndsWithAReference(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Trouble");

        await page.Submit.ClickAsync();
        await page.EndsWithAsync("Failed");

        await Expect(visitor.Page.Locator("strong")).ToHaveTextAsync(new Regex("^[0-9A-Z]{4}-[0-9A-Z]{4}$"));
        (await visitor.Page.ContentAsync()).ShouldNotContain("runway lights");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the form" }).ClickAsync();
        await Expect(page.Heading).ToHaveTextAsync("Trouble");
    }

    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task MyProcesses_AreOnTheirPageAndOnTheFirst(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Trouble");
        await page.Submit.ClickAsync();
        await page.EndsWithAsync("Failed");
        var list = new MyProcesses(visitor.Page);

        await visitor.Page.GotoAsync("/");
        await Expect(list.Rows).ToContainTextAsync("Failed");
        await visitor.FitsAsync();
        await visitor.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "My processes" }).ClickAsync();
        await Expect(list.Heading).ToHaveTextAsync("My processes");
        await Expect(visitor.Page.Locator("nav [aria-current=page]")).ToHaveTextAsync("My processes");
        await visitor.FitsAsync();
        await list.DiscardAsync();

        await Expect(list.Empty).ToBeVisibleAsync();
    }

    [Theory, InlineData("Report"), InlineData("Forecast"), InlineData("Trouble")]
    public async Task FormWithoutItsCookies_SaysWhatIsWrong(string name)
    {
        var visitor = await VisitAsync(sample.Address, width: Visitor.Narrow);
        var page = new SamplePage(visitor);
        await page.OpenAsync(name);
        await visitor.Context.ClearCookiesAsync();

        await page.Submit.ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await visitor.FitsAsync();
    }

    [Theory]
    [InlineData("/import/processing?process_id=00000000000000000000000000", "There is nothing here")]
    [InlineData("/import/result", "The address is incomplete")]
    [InlineData("/nowhere", "Page not found")]
    public async Task WrongAddress_IsExplained(string address, string heading)
    {
        var visitor = await VisitAsync(sample.Address, width: Visitor.Narrow);
        await visitor.Page.GotoAsync(address);

        await new SamplePage(visitor).EndsWithAsync(heading);
    }
}
