using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Http;

/// <summary>The addresses of a process are its page's own, wherever the application put it.</summary>
public class AddressTests
{
    [Theory]
    [InlineData("/Work", "/Work?handler=processing&process_id=")]
    [InlineData("/work?a=1&a=2&b=%C3%BC", "/work?a=1&a=2&b=%C3%BC&handler=processing&process_id=")]
    [InlineData("/Routed/7/seven", "/Routed/7/seven?handler=processing&process_id=")]
    [InlineData("/Deep/a%20b/c%25d", "/Deep/a%20b/c%25d?handler=processing&process_id=")]
    [InlineData("/Admin/Tool", "/Admin/Tool?handler=processing&process_id=")]
    [InlineData("/Handled", "/Handled/processing?process_id=")]
    [InlineData("/Handled?a=1", "/Handled/processing?a=1&process_id=")]
    [InlineData("/Work?i=17&v=2", "/Work?i=17&v=2&handler=processing&process_id=")]
    public async Task Processing_OfAPage_IsItsOwnAddress(string form, string processing) => await WalkAsync(form, processing, _ => { });

    [Theory]
    [InlineData("/base/Work", "/base/Work?handler=processing&process_id=")]
    [InlineData("/base/Handled", "/base/Handled/processing?process_id=")]
    [InlineData("/base/Admin/Tool", "/base/Admin/Tool?handler=processing&process_id=")]
    public async Task Processing_UnderAPathBase_KeepsIt(string form, string processing) =>
        await WalkAsync(form, processing, setup => setup.PathBase = "/base");

    [Theory]
    [InlineData("/tasks/sums", "/tasks/sums?handler=processing&process_id=")]
    [InlineData("/Work", "/Work?handler=processing&process_id=")]
    [InlineData("/by-hand/9", "/by-hand/9?handler=processing&process_id=")]
    public async Task Processing_OfARouteThatWasAdded_KeepsTheOneUsed(string form, string processing) => await WalkAsync(form, processing, setup => setup.Pages = pages =>
    {
        pages.Conventions.AddPageRoute("/Work", "tasks/sums");
        pages.Conventions.AddPageRoute("/Routed", "by-hand/{id:int}");
    });

    [Theory]
    [InlineData("/work", "/work?handler=processing&process_id=")]
    [InlineData("/Handled", "/handled/processing?process_id=")]
    public async Task Processing_WithLowerCaseUrls_IsInLowerCase(string form, string processing) => await WalkAsync(form, processing, setup => setup.Routes = routes =>
        (routes.LowercaseUrls, routes.LowercaseQueryStrings) = (true, true));

    [Fact]
    public async Task Processing_OfAPathThatWouldNameAnotherHost_StaysOnThisOne()
    {
        await using var site = await Site.StartAsync(setup => setup.Pages = pages => pages.Conventions.AddPageRoute("/Work", "{**slug}"));
        using var browser = site.Browse();
        var form = $"{site.Root.GetLeftPart(UriPartial.Authority)}//elsewhere.example/x";

        var submitted = await browser.SubmitAsync(form);

        submitted.Processing.ShouldStartWith("/elsewhere.example/x?");
    }

    [Fact]
    public async Task Post_OfAFormThatHtmxSends_KeepsThePagesOwnQuery()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        using var form = Browser.Form([("__RequestVerificationToken", await browser.TokenAsync("/Work?i=17"))]);

        var submitted = await browser.PostAsync("/Work?i=17", form, ("HX-Request", "true"));

        submitted.Processing.ShouldStartWith("/Work?i=17&");
    }

    [Fact]
    public async Task Poll_OfAPageWhoseQueryHasThePollsOwnNames_KeepsThem()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = Clock.Start();
            setup.Run = async (page, process, token) =>
            {
                await gate.PassAsync(token);
                return page.Content(page.Request.QueryString.ToString());
            };
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work?i=17");
        await gate.Entered;
        var address = (await browser.OpenAsync(submitted.Processing)).QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get")!;

        using (var same = await browser.GetAsync(address, ("HX-Request", "true")))
            same.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        gate.Open();
        await submitted.EndAsync();

        using var ended = await browser.GetAsync(address, ("HX-Request", "true"));
        (await ended.EndAddressAsync()).ShouldBe(submitted.Result);
        submitted.Result.ShouldStartWith("/Work?i=17&");
    }

    [Fact]
    public async Task Processing_OfARootPath_Works() => await WalkAsync(
        "/", "/?handler=processing&process_id=", setup => setup.Pages = pages => pages.Conventions.AddPageRoute("/Work", ""));

    [Theory]
    [InlineData("/Work", "form")]
    [InlineData("/Handled", "own OnGet")]
    [InlineData("/Others", "own OnGetAsync")]
    public async Task Get_OfAPage_IsItsOwnOnGetOrItsInitialPage(string path, string expected)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var page = await browser.OpenAsync(path);

        page.QuerySelector("form[method=post]").ShouldNotBeNull();
        page.QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe(expected == "form" ? "" : expected);
    }

    /// <summary>From the form to the result, over every address between.</summary>
    private static async Task WalkAsync(string form, string processing, Action<SiteSetup> configure)
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            configure(setup);
            setup.Run = async (page, _, token) =>
            {
                await gate.PassAsync(token);
                return page.Content($"{page.Request.PathBase}{page.Request.Path.ToUriComponent()}{page.Request.QueryString}");
            };
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync(form);
        submitted.Processing.ShouldBe(processing + submitted.Id);
        await gate.Entered;
        var waiting = await browser.OpenAsync(submitted.Processing);
        waiting.QuerySelector("#av-poll").ShouldNotBeNull();
        var cancel = waiting.QuerySelector("form[action]").ShouldNotBeNull();
        cancel.GetAttribute("action").ShouldBe(submitted.Cancel);
        gate.Open();

        await submitted.EndAsync();
        using var end = await browser.GetAsync(submitted.Processing);
        end.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        end.Headers.Location.ShouldNotBeNull().OriginalString.ShouldBe(submitted.Result);
        using var result = await browser.GetAsync(submitted.Result);
        (await result.TextAsync(HttpStatusCode.OK)).ShouldBe(form);
    }
}
