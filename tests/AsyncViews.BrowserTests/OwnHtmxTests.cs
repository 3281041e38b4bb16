using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>In a layout whose own htmx sends its forms and follows its links.</summary>
public sealed class OwnHtmxTests(BrowserFixture browser) : BrowserTest(browser)
{
    private static readonly TestSiteSettings Boosted = new() { Layout = "_Boosted", Htmx = "~/_content/AsyncViews/lib/htmx/dist/htmx.min.js" };

    [Fact]
    public async Task Form_WhoseTokenIsStale_IsShownAgainAndSaysWhy()
    {
        await using var site = await TestSite.StartAsync(Boosted.Apply, Boosted);
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, site.Works.New());
        await form.Name.FillAsync("Ada");
        await visitor.Context.ClearCookiesAsync();

        await form.Start.ClickAsync();

        await Expect(visitor.Page.Locator(".validation-summary-errors")).ToContainTextAsync("cookies");
        await Expect(form.Name).ToHaveValueAsync("Ada");
    }
}
