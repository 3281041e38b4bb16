using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The sample's waiting pages, one test after the other: each cancels what it has started, and leaves the workers to the next.</summary>
public sealed class SampleWaitingTests(BrowserFixture browser, SlowSample sample) : BrowserTest(browser), IClassFixture<SlowSample>
{
    [Fact]
    public async Task Departures_OneMoreThanThereAreRunways_WaitsForItsTurn()
    {
        var visitor = await VisitAsync(sample.Address);
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
        foreach (var tab in tabs[1..])
            await new WaitingPage(tab).Cancel.ClickAsync();
        foreach (var tab in tabs)
            await Expect(tab.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Canceled");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Inspection_StreamsMessagesWithoutAPercentage(bool script)
    {
        var visitor = await VisitAsync(sample.Address, script, Visitor.Narrow);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Inspection");

        await page.Submit.ClickAsync();
        var waiting = await WaitingPage.ReachedAsync(visitor.Page);
        await Expect(waiting.Message).ToHaveTextAsync(new Regex("[a-z]"));
        (await waiting.Progress.GetAttributeAsync("value")).ShouldBeNull();
        await visitor.FitsAsync();

        await waiting.Cancel.ClickAsync();
        await page.EndsWithAsync("Canceled");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Import_ThatIsCanceled_SavesNothingAndSaysSo(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Import");
        await page.UseExample.CheckAsync();

        var waiting = await page.SubmitAsync();
        await waiting.Cancel.ClickAsync();

        await page.EndsWithAsync("Canceled");
        await Expect(visitor.Page.GetByText("It was stopped while it was running. Nothing was saved.")).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Survey_ShowsItsProgressInThePage()
    {
        var visitor = await VisitAsync(sample.Address, width: Visitor.Narrow);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Survey");
        await visitor.Page.GetByLabel("State or territory").SelectOptionAsync("Montana");

        await page.Submit.ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", new Regex("[1-9]"));
        await Expect(page.Heading).ToHaveTextAsync("Survey");
        await visitor.FitsAsync();

        var list = await MyProcesses.OpenAsync(visitor.Page);
        await list.Button("Cancel").ClickAsync();
        await Expect(list.Rows).ToContainTextAsync("Canceled");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, Visitor.Wide, "Deutsch", "de", "ltr", "Abbrechen")]
    [InlineData(false, Visitor.Narrow, "العربية", "ar", "rtl", "إلغاء")]
    public async Task Language_Chosen_IsThatOfTheWaitingPage(bool script, int width, string name, string lang, string dir, string cancel)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Report");

        await page.ChooseLanguageAsync(name);
        await Expect(page.Heading).ToHaveTextAsync("Report");
        await page.Submit.ClickAsync();

        await WaitingPage.ReachedAsync(visitor.Page);
        var own = visitor.Page.Locator(".av-page");
        await Expect(own).ToHaveAttributeAsync("lang", lang);
        await Expect(own).ToHaveAttributeAsync("dir", dir);
        var stop = visitor.Page.GetByRole(AriaRole.Button, new() { Name = cancel });
        await Expect(stop).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await visitor.FitsAsync();
        await stop.ClickAsync();
        await Expect(visitor.Page.Locator("#av-poll")).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }
}
