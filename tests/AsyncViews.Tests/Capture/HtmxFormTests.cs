using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>Forms that htmx sends: it would follow a 303 by itself, and take only the body of the page that it leads to.</summary>
public sealed class HtmxFormTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_ByHtmx_SendsTheBrowserToTheWaitingPage(bool boosted)
    {
        await using var run = await HeldRun.StartAsync();

        var submitted = await PostAsync(run.Browser, await run.Browser.TokenFieldAsync("/Work"), boosted);

        ShouldLeadTo(submitted, "/Work?handler=processing&process_id=");
        (await run.Browser.OpenAsync(submitted.Processing)).QuerySelector("head meta[name=turbo-visit-control]").ShouldNotBeNull().GetAttribute("content").ShouldBe("reload");
    }

    [Fact]
    public async Task Post_ByHtmx_OfWhatEndsAtOnceOrWasSentBefore_SendsTheBrowserToItsResult()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = Clock.Start();
            setup.Options = options => options.FastEndWait = TimeSpan.FromSeconds(10);
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var first = await PostAsync(browser, token);
        var again = await PostAsync(browser, token);

        ShouldLeadTo(first, "/Work?handler=result&process_id=");
        ShouldLeadTo(again, "/Work?handler=result&process_id=");
        again.Processing.ShouldEndWith("&av_sent_before=1");
    }

    /// <summary>It would show nothing of what is answered 4xx or 5xx.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_ByHtmx_ThatIsRefused_IsShownWhy(bool boosted)
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.MaxLiveProcessesPerOwner = 1);

        var stale = await PostAsync(run.Browser, ("__RequestVerificationToken", "stale"), boosted);
        var refused = await PostAsync(run.Browser, await run.Browser.TokenFieldAsync("/Work?i=2"), boosted, "/Work?i=2");

        (await stale.Response.DocumentAsync(HttpStatusCode.OK)).QuerySelector(".validation-summary-errors").ShouldNotBeNull().TextContent.ShouldContain("open for too long");
        (await refused.Response.DocumentAsync(HttpStatusCode.OK)).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Not accepted");
        refused.Response.Header("Retry-After").ShouldBe("30");
        using var script = await run.Browser.SendAsync(HttpMethod.Post, "/Work", Browser.Form(), ("HX-Request", "true"), ("Accept", "application/json"));
        script.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Task<Submitted> PostAsync(Browser browser, (string Name, string Value) token, bool boosted = true, string path = "/Work") =>
        browser.PostAsync(path, Browser.Form(token), [("HX-Request", "true"), .. boosted ? [("HX-Boosted", "true")] : Array.Empty<(string, string)>()]);

    private static void ShouldLeadTo(Submitted submitted, string address)
    {
        submitted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        submitted.Response.Header("HX-Redirect").ShouldNotBeNull().ShouldStartWith(address);
        submitted.Response.Header("Location").ShouldBe(submitted.Response.Header("HX-Redirect"));
    }
}
