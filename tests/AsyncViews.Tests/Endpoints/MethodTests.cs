using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>Each address answers the methods it is meant for.</summary>
public class MethodTests
{
    [Theory]
    [InlineData("processing", "POST", "GET, HEAD")]
    [InlineData("processing", "DELETE", "GET, HEAD")]
    [InlineData("completed", "PUT", "GET, HEAD")]
    [InlineData("completed", "POST", "GET, HEAD")]
    [InlineData("result", "DELETE", "GET, HEAD, POST")]
    [InlineData("result", "PATCH", "GET, HEAD, POST")]
    [InlineData("cancel", "PUT", "POST, DELETE")]
    [InlineData("again", "DELETE", "POST")]
    public async Task Method_AnAddressIsNotMeantFor_Is405AndSaysWhich(string handler, string method, string allowed)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var response = await browser.SendAsync(new HttpMethod(method), submitted.At(handler), null);

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Order().ShouldBe(allowed.Split(", ").Order());
        site.Script.Runs.ShouldBe(1);
    }

    [Theory]
    [InlineData("/Work", "DELETE", "GET, HEAD, POST")]
    [InlineData("/Handled", "PATCH", "GET, HEAD, POST")]
    [InlineData("/Others", "DELETE", "GET, HEAD, POST, PUT")]
    public async Task Method_ThePageHasNoHandlerFor_Is405(string path, string method, string allowed)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.SendAsync(new HttpMethod(method), path, null);

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Order().ShouldBe(allowed.Split(", ").Order());
    }

    /// <summary>Razor Pages takes the first.</summary>
    [Theory]
    [InlineData("handler=processing&handler=x", "av-poll")]
    [InlineData("handler=x&handler=processing", "<form")]
    [InlineData("handler=&handler=processing", "<form")]
    public async Task Handler_NamedTwice_IsTheFirst(string query, string shown)
    {
        await using var run = await HeldRun.StartAsync();

        using var get = await run.Browser.GetAsync($"/Work?{query}&process_id={run.Submitted.Id}");

        (await get.TextAsync(HttpStatusCode.OK)).ShouldContain(shown);
    }

    [Fact]
    public async Task Head_OfTheForm_IsItsHeaders()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.SendAsync(HttpMethod.Head, "/Work", null);

        (await response.TextAsync(HttpStatusCode.OK)).ShouldBeEmpty();
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("text/html");
    }
}
