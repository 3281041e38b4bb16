using System.Net;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>A submission of which nobody knows whether it is stored.</summary>
public sealed class InDoubtTests
{
    [Fact]
    public async Task Submission_ThatMayBeStored_IsNotSaidToBeRefused()
    {
        await using var site = await Site.StartAsync(setup => setup.Services = CountingStore.Install);
        using var browser = site.Browse();
        var form = await browser.TokenFieldAsync("/Work");
        var store = CountingStore.Of(site);
        (store.Fails, store.Trouble) = (nameof(IProcessStore.AddAndClaimAsync), new StoreUnavailableException("The answer was lost.") { MayBeStored = true });

        var page = (await browser.PostAsync("/Work", Browser.Form(form))).Response;
        var ofHtmx = (await browser.PostAsync("/Work", Browser.Form(form), ("HX-Request", "true"))).Response;
        var script = (await browser.PostAsync("/Work", Browser.Form(form), ("Accept", "application/json"))).Response;

        page.Headers.RetryAfter.ShouldBeNull();
        var text = (await page.DocumentAsync(HttpStatusCode.ServiceUnavailable)).Body!.TextContent;
        text.ShouldContain("Check what was done before you send it again.");
        text.ShouldNotContain("Nothing was started");
        (await ofHtmx.DocumentAsync(HttpStatusCode.OK)).Body!.TextContent.ShouldContain("Check what was done before you send it again.");
        script.Headers.RetryAfter.ShouldBeNull();
        var problem = await script.JsonAsync(HttpStatusCode.ServiceUnavailable);
        problem.GetProperty("type").GetString().ShouldBe("urn:asyncviews:in-doubt");
    }
}
