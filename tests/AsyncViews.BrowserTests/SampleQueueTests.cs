using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The sample's pages that wait in a queue and that stream messages, on a site of their own: they take all its workers.</summary>
public sealed class SampleQueueTests(BrowserFixture browser) : BrowserTest(browser)
{
    private readonly SampleFixture _site = new();

    public override ValueTask InitializeAsync() => _site.InitializeAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Departures_OneMoreThanThereAreRunways_WaitsForItsTurn()
    {
        var visitor = await VisitAsync(_site.Address);
        await new SamplePage(visitor).OpenAsync("Departure");
        var flight = visitor.Page.GetByLabel("Flight");
        var tabs = new List<IPage>();
        for (var number = 1; number <= 4; number++)
        {
            await flight.FillAsync($"AV{number}");
            tabs.Add(await visitor.Page.RunAndWaitForPopupAsync(() => visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Depart" }).ClickAsync()));
            await WaitingPage.ReachedAsync(tabs[^1]);
        }

        await Expect(tabs[3].GetByText("Place in the queue: 1")).ToBeVisibleAsync();
        await new WaitingPage(tabs[0]).Cancel.ClickAsync();
        await Expect(new WaitingPage(tabs[3]).Message).ToHaveTextAsync("AV4 is taxiing to the runway");

        await Expect(tabs[3].GetByText("AV4 has departed.")).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Inspection_ShowsFindingsAndThenAllOfThem(bool script)
    {
        var visitor = await VisitAsync(_site.Address, script, Visitor.Narrow);
        await new SamplePage(visitor).OpenAsync("Inspection");

        await visitor.Page.Locator("main button[type=submit]").ClickAsync();
        var waiting = await WaitingPage.ReachedAsync(visitor.Page);
        await Expect(waiting.Message).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("[a-z]"));
        (await waiting.Progress.GetAttributeAsync("value")).ShouldBeNull();

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Findings" })).ToBeVisibleAsync();
        (await visitor.Page.Locator("main li").CountAsync()).ShouldBeGreaterThan(5);
        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }
}
