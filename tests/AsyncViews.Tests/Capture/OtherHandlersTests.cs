using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>A page goes on doing everything else that it does.</summary>
public class OtherHandlersTests
{
    [Theory]
    [InlineData("/Others?handler=Preview&size=3", """{"size":3}""")]
    [InlineData("/Handled/Preview", "preview")]
    public async Task GetHandler_OfThePage_Answers(string address, string expected)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync(address);

        (await response.TextAsync(HttpStatusCode.OK)).ShouldBe(expected);
    }

    [Fact]
    public async Task PostHandler_WithAToken_AnswersAndStartsNothing()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Others");

        var posted = await browser.PostAsync("/Others?handler=Delete", Browser.Form(("name", "x"), token));

        (await posted.Response.TextAsync(HttpStatusCode.OK)).ShouldBe("deleted x");
        site.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task PostHandler_WithoutAToken_Is400()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var posted = await browser.PostAsync("/Others?handler=Delete", Browser.Form(("name", "x")));

        posted.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task PostHandler_OfJson_ReadsItsBody()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var (_, token) = await browser.TokenFieldAsync("/Others");

        var posted = await browser.PostAsync("/Others?handler=Sum", JsonContent.Create(new[] { 1, 2, 3 }), ("RequestVerificationToken", token));

        (await posted.Response.TextAsync(HttpStatusCode.OK)).ShouldBe("""{"sum":6}""");
    }

    [Fact]
    public async Task PutHandler_OfThePage_Answers()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var (_, token) = await browser.TokenFieldAsync("/Others");

        using var response = await browser.SendAsync(HttpMethod.Put, "/Others?handler=Store", null, ("RequestVerificationToken", token));

        (await response.TextAsync(HttpStatusCode.OK)).ShouldBe("stored");
    }

    [Fact]
    public async Task Post_WithANameNoHandlerHas_IsASubmissionAsInRazorPages()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Others");

        var submitted = await browser.PostAsync("/Others?handler=nonsense", Browser.Form(token));

        (await submitted.EndAsync()).ShouldBe("succeeded");
        site.Script.Runs.ShouldBe(1);
    }
}
