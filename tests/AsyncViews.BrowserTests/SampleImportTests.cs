using System.Text;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class SampleImportTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Import_OfTheExample_ListsTheRejectedRows(bool script, int width)
    {
        var visitor = await VisitAsync(sample.Address, script, width);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Import");
        await page.UseExample.CheckAsync();

        await page.Submit.ClickAsync();
        await page.EndsWithAsync("Import finished");

        await Expect(visitor.Page.GetByText("3,376")).ToBeVisibleAsync();
        var rejected = await visitor.Page.RunAndWaitForDownloadAsync(() => page.RejectedRows.ClickAsync());
        rejected.SuggestedFilename.ShouldBe("rejected-rows.csv");
        (await rejected.ReadLinesAsync())[0].ShouldBe("line,iata,name,city,state,country,latitude,longitude,reasons");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_OfAFileWithMarkup_ShowsItAsText()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        var visitor = await VisitAsync(sample.Address, width: Visitor.Narrow);
        var page = new SamplePage(visitor);
        await page.OpenAsync("Import");
        await page.Pace.SelectOptionAsync("As fast as possible");
        await page.Upload.SetInputFilesAsync(new FilePayload
        {
            Name = $"{Markup}.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes($"iata,name,city,state,country,latitude,longitude\n{Markup},{Markup},<script>alert(2)</script>,XX,USA,1,2\n"),
        });

        await page.Submit.ClickAsync();
        await page.EndsWithAsync("Import finished");

        await Expect(visitor.Page.Locator(".lead")).ToContainTextAsync($"{Markup}.csv");
        await Expect(visitor.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("<script>alert(2)</script>");
        visitor.Complaints.ShouldBeEmpty();
    }
}
