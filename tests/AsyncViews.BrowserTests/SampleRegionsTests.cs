using System.IO.Compression;
using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The sample's export that runs side by side for each region and packs the parts.</summary>
public sealed class SampleRegionsTests(BrowserFixture browser, SampleFixture site) : BrowserTest(browser)
{
    [Fact]
    public async Task Export_OfAllRegions_HasOneProgressAndEndsInAnArchive()
    {
        var visitor = await VisitAsync(site.Address, width: Visitor.Narrow);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Regions");
        await page.Pace.SelectOptionAsync("Slow enough to watch");

        await page.Submit.ClickAsync();

        await Expect(Shown(new Regex("[0-5] of 6 done"))).ToBeVisibleAsync();
        await visitor.FitsAsync();
        await Expect(Shown(new Regex("6 of 6 done"))).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("value", "100");
        await Expect(visitor.Page.Locator("[data-hx-get]")).ToHaveCountAsync(0);
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Check for the archive" }).ClickAsync();
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Download the archive" }).ClickAsync());
        await using var file = File.OpenRead(await download.PathAsync());
        await using var archive = new ZipArchive(file);
        archive.Entries.Select(entry => entry.Name).ShouldBe(["northeast.csv", "midwest.csv", "south.csv", "west.csv", "territories.csv"]);
        archive.Entries.ShouldAllBe(entry => entry.Length > 500);
        visitor.Complaints.ShouldBeEmpty();

        // Screen readers are told the same by an element of their own.
        ILocator Shown(Regex text) => visitor.Page.Locator("p:not([role=status])", new() { HasTextRegex = text });
    }
}
