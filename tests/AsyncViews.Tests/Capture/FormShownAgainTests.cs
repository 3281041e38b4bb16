using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace AsyncViews.Tests.Capture;

/// <summary>A form that is shown again has what the page's own OnGet loads for it, and what was posted.</summary>
public class FormShownAgainTests
{
    private const string TooLong = "much longer than ten";

    [Fact]
    public async Task InvalidPost_OfAPageWithAnOnGet_HasWhatThatLoads()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var posted = await browser.SubmitAsync("/Loaded/7?by=age&descending=true&size=5", ("Name", TooLong), ("Input.Email", "typed"), ("Id", "garbage"));

        var page = await posted.Response.DocumentAsync(HttpStatusCode.OK);
        page.QuerySelector("#loaded")!.TextContent.ShouldBe("7/7 name=/ age True 5 Friday True True flash=");
        page.QuerySelector("#bound")!.TextContent.ShouldBe($"0 {TooLong} typed");
        page.QuerySelector("input[name=Name]")!.GetAttribute("value").ShouldBe(TooLong);
        page.QuerySelector("[name='Input.Email']")!.GetAttribute("value").ShouldBe("typed");
        var errors = page.QuerySelectorAll(".validation-summary-errors li").Select(error => error.TextContent);
        errors.ShouldBe(["The value 'garbage' is not valid for Id.", "The field Name must be a string with a maximum length of 10."], ignoreOrder: true);
    }

    [Fact]
    public async Task StaleToken_OfAPageWithAnOnGet_HasWhatThatLoads()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        await browser.OpenAsync("/Loaded/7");

        var posted = await browser.PostAsync("/Loaded/7", Browser.Form(("Name", "typed"), ("__RequestVerificationToken", "stale")));

        var page = await posted.Response.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector("#loaded")!.TextContent.ShouldStartWith("7/7 name=/ ");
        page.QuerySelector("#bound")!.TextContent.ShouldBe("7 typed ");
        page.QuerySelectorAll(".validation-summary-errors li").Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(404, HttpStatusCode.NotFound, null)]
    [InlineData(302, HttpStatusCode.Found, "/Work")]
    public async Task ResultOfTheOnGet_ThatIsNoPage_IsTheAnswer(int id, HttpStatusCode expected, string? location)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Loaded/7");

        var posted = await browser.PostAsync($"/Loaded/{id}", Browser.Form(("Name", TooLong), token));

        posted.StatusCode.ShouldBe(expected);
        posted.Response.Header("Location").ShouldBe(location);
    }

    [Fact]
    public async Task JsonClient_WithAnInvalidPost_GetsTheProblemWithoutAnOnGet()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Loaded/7");

        var posted = await browser.PostAsync("/Loaded/404", Browser.Form(("Name", TooLong), token), ("Accept", "application/json"));

        posted.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task TempData_ThatTheOnGetReads_IsShownOnceAndNothingElseIsLost()
    {
        await using var site = await Site.StartAsync(setup =>
            setup.Endpoints = app => app.MapGet("/flash", (HttpContext context) =>
            {
                var data = context.RequestServices.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(context);
                if (context.Request.Query.ContainsKey("set"))
                    (data["flash"], data["other"]) = ("hello", "still here");
                var seen = $"{data.Peek("flash")}/{data.Peek("other")}";
                data.Save();
                return seen;
            }));
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Loaded/7");
        (await browser.GetAsync("/flash?set=1")).Dispose();

        var posted = await browser.PostAsync("/Loaded/7", Browser.Form(("Name", TooLong), token));

        (await posted.Response.DocumentAsync(HttpStatusCode.OK)).QuerySelector("#loaded")!.TextContent.ShouldEndWith("flash=hello");
        using var afterwards = await browser.GetAsync("/flash");
        (await afterwards.TextAsync(HttpStatusCode.OK)).ShouldBe("/still here");
    }

    [Fact]
    public async Task OnGet_OfTheOthersKind_RunsToo()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        await browser.OpenAsync("/Others");

        var posted = await browser.PostAsync("/Others", Browser.Form(("__RequestVerificationToken", "stale")));

        (await posted.Response.DocumentAsync(HttpStatusCode.BadRequest)).QuerySelector("#outcome")!.TextContent.ShouldBe("own OnGetAsync");
    }

    [Fact]
    public async Task InitialPageAsync_InTheRun_ShowsTheFormAsAPostThatDoesNotRun()
    {
        await using var site = await Site.StartAsync(async (page, _, _) =>
        {
            page.ModelState.AddModelError("", "found in the run");
            return await page.FormAsync();
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Loaded/7", ("Name", "typed"));

        var result = Browser.Parse(await submitted.ReadResultAsync());
        result.QuerySelector("#loaded")!.TextContent.ShouldStartWith("7/7 name=/ ");
        result.QuerySelector("#bound")!.TextContent.ShouldBe("7 typed ");
        result.QuerySelector(".validation-summary-errors li")!.TextContent.ShouldBe("found in the run");
    }

    [Fact]
    public async Task InitialPageAsync_ThatIsOverridden_CanAddToWhatTheBaseShows()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var posted = await browser.SubmitAsync("/Extended");

        (await posted.Response.DocumentAsync(HttpStatusCode.OK)).QuerySelector("#outcome")!.TextContent.ShouldBe("loaded and extended");
    }

    [Fact]
    public async Task OnGet_ThatCannotBeChosen_IsNamedAtStart()
    {
        await using var site = await Site.StartAsync();

        var warning = site.Log.Entries.Single(entry => entry.Message.Contains("several unnamed OnGet handlers"));

        warning.Level.ShouldBe(LogLevel.Warning);
        warning.Message.ShouldContain("The page /TwoGets ");
    }
}
