using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Results;

/// <summary>An attachment replaces no page, so it has a page of its own.</summary>
public class DownloadTests
{
    [Fact]
    public async Task Processing_OfAnAttachment_IsThePageThatOffersIt()
    {
        await using var site = await StartAsync("report <b>1</b>.csv");
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        var page = await browser.OpenAsync(submitted.Processing);

        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Your file is ready");
        page.QuerySelector("bdi").ShouldNotBeNull().TextContent.ShouldBe("report <b>1</b>.csv");
        page.QuerySelector("a[data-av-open]").ShouldNotBeNull().GetAttribute("href").ShouldBe(submitted.Result);
        page.QuerySelector("#layout").ShouldNotBeNull();
        using var download = await browser.GetAsync(submitted.Result);
        (await download.TextAsync(HttpStatusCode.OK)).ShouldBe("a;b");
    }

    [Fact]
    public async Task Poll_AtTheEndWithAnAttachment_LeadsToThatPage()
    {
        await using var site = await StartAsync("a.csv");
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var poll = await browser.GetAsync(submitted.Completed, ("HX-Request", "true"));

        (await poll.EndAddressAsync()).ShouldBe(submitted.Processing);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("<script>alert(1)</script>.csv")]
    [InlineData("отчёт \"2030\".csv")]
    public async Task FileName_OfAnyKind_IsShownAsTextAndSentAsAHeader(string name)
    {
        await using var site = await StartAsync(name);
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        var page = await browser.OpenAsync(submitted.Processing);
        using var download = await browser.GetAsync(submitted.Result);

        page.QuerySelector("bdi").ShouldNotBeNull().TextContent.ShouldBe(name);
        page.QuerySelectorAll("script:not([src])").ShouldBeEmpty();
        download.Content.Headers.ContentDisposition.ShouldNotBeNull().FileNameStar.ShouldBe(name);
    }

    private static Task<Site> StartAsync(string fileName) => Site.StartAsync((page, _, _) =>
        Task.FromResult<IActionResult>(page.File("a;b"u8.ToArray(), "text/csv", fileName)));
}
