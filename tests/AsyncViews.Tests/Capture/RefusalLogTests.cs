using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>A POST that is refused before its page sees it leaves a word for the operator.</summary>
public class RefusalLogTests
{
    [Theory]
    [InlineData("no token", "it has no antiforgery token")]
    [InlineData("no cookie", "not the cookie that belongs to it")]
    [InlineData("undecipherable", "out of date, or belongs to another browser, user or application")]
    [InlineData("of another browser", "out of date, or belongs to another browser, user or application")]
    public async Task Token_ThatIsRefused_IsLoggedWithTheReason(string kind, string reason)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        using var other = site.Browse();
        var token = await other.TokenAsync("/Work");
        if (kind != "no cookie")
            await browser.OpenAsync("/Work");
        token = kind switch { "no token" => "", "undecipherable" => new string('x', token.Length), _ => token };

        await RefusedAsync(browser, "/Work", token);

        var entry = Refusals(site).ShouldHaveSingleItem();
        entry.ShouldStartWith("A POST to /Pages/Work.cshtml was refused:");
        entry.ShouldContain(reason);
        if (token.Length > 0)
            entry.ShouldNotContain(token);
    }

    [Theory]
    [InlineData("/Small", "its body is too large", "[RequestSizeLimit]")]
    [InlineData("/FewFields", "exceeds a limit of FormOptions", "[RequestFormLimits]")]
    public async Task Body_ThatIsRefused_IsLoggedWithTheReasonAndInDevelopmentTheRemedy(string path, string reason, string remedy)
    {
        foreach (var environment in (string[])["Production", "Development"])
        {
            await using var site = await Site.StartAsync(setup => setup.Environment = environment);
            using var browser = site.Browse();
            var token = await browser.TokenFieldAsync(path);

            using var refused = (await browser.PostAsync(path, Browser.Form(token, ("a", new string('x', 2000)), ("b", "2"), ("c", "3")))).Response;

            refused.IsSuccessStatusCode.ShouldBeFalse();
            var entry = Refusals(site).ShouldHaveSingleItem();
            entry.ShouldContain(reason);
            entry.Contains(remedy).ShouldBe(environment == "Development");
        }
    }

    [Fact]
    public async Task Posts_WhileTheStoreIsAway_LeaveOneWordBetweenThem()
    {
        await using var site = await Site.StartAsync(setup => setup.Services = CountingStore.Install);
        using var browser = site.Browse();
        CountingStore.Of(site).IsAway = true;

        for (var i = 0; i < 5; i++)
            (await browser.PostAsync("/Work", Browser.Form(("Name", "Ada")))).Response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        site.Log.Entries.Count(entry => entry.Message.Contains("Submissions are refused until it is back")).ShouldBe(1);
    }

    /// <summary>The application's reason may be another one each time.</summary>
    [Fact]
    public async Task Refusals_OfTheApplication_LeaveOneWordBetweenThem()
    {
        var before = 0;
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.AdmitAsync = _ => ValueTask.FromResult<string?>($"{++before} people are before you."));
        using var browser = site.Browse();

        for (var i = 1; i <= 3; i++)
            (await (await browser.SubmitAsync("/Work")).Response.TextAsync(HttpStatusCode.ServiceUnavailable)).ShouldContain($"{i} people are before you.");

        site.Log.Entries.Where(entry => entry.Message.StartsWith("A submission to ")).ShouldHaveSingleItem().Message.ShouldContain($"({nameof(AsyncViewsOptions.AdmitAsync)})");
    }

    [Fact]
    public async Task Remedy_ForAMissingToken_IsGivenInDevelopment()
    {
        await using var site = await Site.StartAsync(setup => setup.Environment = "Development");
        using var browser = site.Browse();

        await RefusedAsync(browser, "/Work", "");

        Refusals(site).ShouldHaveSingleItem().ShouldContain("@addTagHelper *, Microsoft.AspNetCore.Mvc.TagHelpers");
    }

    [Fact]
    public async Task Refusals_OfOnePageAndReason_AreLoggedOnceAMinute()
    {
        var time = Clock.Start();
        await using var site = await Site.StartAsync(setup => setup.Time = time);
        using var browser = site.Browse();

        await RefusedAsync(browser, "/Work", "");
        await RefusedAsync(browser, "/Work", "");
        Refusals(site).ShouldHaveSingleItem();
        await RefusedAsync(browser, "/Others", "");
        await browser.OpenAsync("/Work");
        await RefusedAsync(browser, "/Work", "forged");
        Refusals(site).Length.ShouldBe(3);
        time.Advance(TimeSpan.FromSeconds(61));
        await RefusedAsync(browser, "/Work", "");
        Refusals(site).Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("/Others?handler=Delete&name=x", "/Pages/Others.cshtml")]
    [InlineData("/my-processes", "AsyncViews: my processes")]
    public async Task OtherPosts_WithoutAToken_AreLoggedToo(string path, string page)
    {
        await using var site = await Site.StartAsync(setup => setup.Endpoints = app => app.MapMyProcesses());
        using var browser = site.Browse();

        await RefusedAsync(browser, path, "");

        Refusals(site).ShouldHaveSingleItem().ShouldContain($"A POST to {page} was refused: it has no antiforgery token");
    }

    private static async Task RefusedAsync(Browser browser, string path, string token)
    {
        using var refused = await browser.SendAsync(HttpMethod.Post, path, Browser.Form(("Text", "kept"), ("__RequestVerificationToken", token)));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static string[] Refusals(Site site) => [.. site.Log.Entries.Where(entry => entry.Message.StartsWith("A POST to ")).Select(entry => entry.Message)];
}
