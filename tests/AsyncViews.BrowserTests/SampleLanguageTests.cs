using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The sample speaks English, and the library in it what the person chooses.</summary>
public sealed class SampleLanguageTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
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
        await Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = cancel })).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

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
