using System.Collections.Concurrent;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class DownloadTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Fact]
    public async Task File_WithScript_IsDownloadedOnceByItself()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work, "/export");
        var downloads = new ConcurrentQueue<IDownload>();
        visitor.Page.Download += (_, download) => downloads.Enqueue(download);
        await form.SubmitAsync("people.csv");

        work.Finish();
        var ready = new ReadyPage(visitor.Page);
        await Expect(ready.Heading).ToBeVisibleAsync();
        await Expect(ready.File).ToHaveTextAsync("people.csv");
        await Patience.UntilAsync(() => downloads.Count == 1);

        await visitor.Page.ReloadAsync();
        await Expect(ready.Heading).ToBeVisibleAsync();
        await ready.Download.ClickAsync();
        await Patience.UntilAsync(() => downloads.Count >= 2);
        downloads.Count.ShouldBe(2, "the reload starts none, the link starts one");

        foreach (var download in downloads)
        {
            download.SuggestedFilename.ShouldBe("people.csv");
            (await download.ReadBytesAsync()).ShouldBe(ExportModel.FileContent);
        }

        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task File_WithoutScript_IsDownloadedByTheLink()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script: false);
        var form = await FormPage.OpenAsync(visitor.Page, work, "/export");
        await form.SubmitAsync("people.csv");

        work.Finish();
        var ready = new ReadyPage(visitor.Page);
        await Expect(ready.Heading).ToBeVisibleAsync();
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => ready.Download.ClickAsync());

        (await download.ReadBytesAsync()).ShouldBe(ExportModel.FileContent);
        await Expect(ready.Heading).ToBeVisibleAsync();
    }

    [Fact]
    public async Task FileName_WithMarkup_IsShownAsText()
    {
        const string Name = "<img src=x onerror=alert(1)>.csv";
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work, "/export");
        await form.SubmitAsync(Name);

        work.Finish();

        await Expect(new ReadyPage(visitor.Page).File).ToHaveTextAsync(Name);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Back_AfterTheDownload_LeadsToTheForm()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work, "/export");
        var address = visitor.Page.Url;
        await form.SubmitAsync("people.csv");
        await visitor.Page.RunAndWaitForDownloadAsync(() =>
        {
            work.Finish();
            return Task.CompletedTask;
        });

        await visitor.Page.GoBackAsync();

        visitor.Page.Url.ShouldBe(address);
        await Expect(form.Start).ToBeVisibleAsync();
    }
}
