using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Http;

/// <summary>Clients that are no browsers, and addresses that are not whole.</summary>
public class ScriptClientTests
{
    [Theory]
    [InlineData("Accept", "application/json")]
    [InlineData("Prefer", "respond-async")]
    [InlineData("Prefer", "wait=5, respond-async")]
    public async Task Post_OfAScript_Is202WithWhereToAsk(string header, string value)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var submitted = await browser.PostAsync("/Work", Browser.Form(token), (header, value));

        submitted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        submitted.Response.Header("Preference-Applied").ShouldBe(header == "Prefer" ? "respond-async" : null);
        var completed = submitted.Response.Header("Location").ShouldNotBeNull();
        completed.ShouldStartWith($"{site.Root}Work?handler=completed&process_id=");
        completed.ShouldEndWith("&format=json");
        submitted.Response.Header("Operation-Location").ShouldBe(completed);
        var state = (await submitted.Response.JsonAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString();
        state.ShouldBeOneOf("NotStarted", "Running", "Succeeded");
        // It may have ended before it is described, and then there is nothing to wait for.
        submitted.Response.Header("Retry-After").ShouldBe(state == "Succeeded" ? null : "1");
        using var status = await browser.GetAsync(completed);
        await status.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>A client would take the form for its result.</summary>
    [Theory]
    [InlineData("/Extended", HttpStatusCode.UnprocessableEntity, "urn:asyncviews:not-started")]
    [InlineData("/Judged", HttpStatusCode.UnprocessableEntity, "urn:asyncviews:not-started")]
    public async Task Submission_ThatStartsNothing_IsAProblem(string path, HttpStatusCode status, string type)
    {
        await using var site = await Site.StartAsync();
        site.Script.ShouldRun = _ => false;
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var submitted = await browser.PostAsync(path, Browser.Form(token, ("Name", "Ada")), ("Accept", "application/json"));

        (await submitted.Response.JsonAsync(status)).GetProperty("type").GetString().ShouldBe(type);
        site.Script.Runs.ShouldBe(0);
    }

    [Theory]
    [InlineData("application/json;q=0.5, text/html", false)]
    [InlineData("text/html;q=0.5, application/json", true)]
    [InlineData("*/*", false)]
    public async Task Accept_WithSeveralTypes_DecidesByPreference(string accept, bool json)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var submitted = await browser.PostAsync("/Work", Browser.Form(token), ("Accept", accept));

        submitted.StatusCode.ShouldBe(json ? HttpStatusCode.Accepted : HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("processing")]
    [InlineData("completed")]
    [InlineData("result")]
    [InlineData("cancel")]
    public async Task ProcessId_MissingOrMalformed_Is400OrAsUnknown(string handler)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var method = handler == "cancel" ? HttpMethod.Post : HttpMethod.Get;
        using var unknown = await browser.SendAsync(method, $"/Work?handler={handler}&process_id={ProcessId.New()}", null);
        var expected = await unknown.TextAsync(HttpStatusCode.NotFound);

        using var missing = await browser.SendAsync(method, $"/Work?handler={handler}", null);
        var page = await missing.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("The address is incomplete");
        page.QuerySelector(".av-actions a").ShouldNotBeNull().GetAttribute("href").ShouldBe("/Work");
        missing.Header("Cache-Control").ShouldBe("no-store");

        foreach (var malformed in (string[])["", "x", "../../etc/passwd", "%00", "00000000000000000000000000&process_id=1", "0000000000000000000000000O"])
        {
            using var response = await browser.SendAsync(method, $"/Work?handler={handler}&process_id={malformed}", null);
            (await response.TextAsync(HttpStatusCode.NotFound)).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task ProcessId_Missing_IsAProblemForScripts()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync("/Work?handler=completed", ("Accept", "application/json"));

        (await response.JsonAsync(HttpStatusCode.BadRequest)).GetProperty("title").GetString().ShouldBe("The address is incomplete");
        response.Header("Content-Type").ShouldBe("application/problem+json");
    }
}
