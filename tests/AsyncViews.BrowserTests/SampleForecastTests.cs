using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class SampleForecastTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Forecast_ShowsItsChart(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Forecast");
        await page.Futures.FillAsync("20000");

        await page.Submit.ClickAsync();

        await Expect(page.Chart).ToBeVisibleAsync();
        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Forecast_CanceledWhileRunning_Stops(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Forecast");
        await page.Futures.FillAsync("500000");
        await visitor.Page.GetByLabel("Years ahead").FillAsync("40");

        var waiting = await page.SubmitAsync();
        await waiting.Cancel.ClickAsync();

        await page.EndsWithAsync("Canceled");
        await Expect(visitor.Page.GetByText("It was stopped while it was running.")).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }
}
