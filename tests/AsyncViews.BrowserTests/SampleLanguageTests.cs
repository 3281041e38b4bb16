using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The sample speaks English, whatever language the person chooses for the library.</summary>
public sealed class SampleLanguageTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
    [Fact]
    public async Task Numbers_OfAFormSentInGerman_AreReadAsTheyWereWritten()
    {
        var visitor = await VisitAsync(sample.Address);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Forecast");
        await page.ChooseLanguageAsync("Deutsch");
        await page.Futures.FillAsync("1000");
        await page.Growth.FillAsync("2.5");

        await page.Submit.ClickAsync();

        await Expect(page.Chart).ToBeVisibleAsync();
        await Expect(page.Growth).ToHaveValueAsync("2.5");
        await Expect(visitor.Page.Locator(".lead strong")).ToHaveTextAsync(new Regex(@"^\d{1,3}(,\d{3})+$"));
    }
}
