using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;
using SetCookie = Microsoft.Net.Http.Headers.SetCookieHeaderValue;

namespace AsyncViews.Tests.Http;

/// <summary>The cookie by which a browser proves that it submitted a process.</summary>
public partial class OwnerCookieTests
{
    private static readonly (string, string) Https = ("X-Scheme", "https");

    [Fact]
    public async Task Form_OpenedAnonymously_BringsALastingCookieOnce()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync("/Work");
        using var again = await browser.GetAsync("/Work");

        var cookie = Owners(response).ShouldHaveSingleItem();
        cookie.Name.Value.ShouldNotBeNull().ShouldMatch("^AsyncViews\\.Owner\\.[0-9a-f]{8}$");
        cookie.HttpOnly.ShouldBeTrue();
        cookie.Secure.ShouldBeFalse();
        cookie.SameSite.ShouldBe(SameSiteMode.Lax);
        cookie.Path.ShouldBe("/");
        cookie.MaxAge.ShouldBe(TimeSpan.FromDays(8));
        Owners(again).ShouldBeEmpty();
    }

    [Fact]
    public async Task WaitingPage_AskedForWithoutCookies_SaysWhatIsMissing()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        using var stranger = site.Browse();
        using var without = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await stranger.OpenAsync("/Work");

        (await (await without.GetAsync(submitted.Processing)).Content.ReadAsStringAsync()).ShouldContain("Your browser sent no cookies.");
        (await (await stranger.GetAsync(submitted.Processing)).Content.ReadAsStringAsync()).ShouldNotContain("cookies");
    }

    [Fact]
    public async Task Submission_OfAnybody_RenewsTheirCookieForAsLongAsItsResultAndTombstone()
    {
        await using var site = await StartAsync(setup => setup.Options = options =>
            (options.ResultRetention, options.TombstoneRetention) = (TimeSpan.FromHours(2), TimeSpan.FromHours(3)));
        using var browser = site.Browse();
        using var form = await browser.GetAsync("/Work");
        var given = Owners(form).ShouldHaveSingleItem();

        foreach (var submitted in new[] { await browser.SubmitAsync("/Work"), await browser.SubmitAsync("/Work") })
        {
            var renewed = Owners(submitted.Response).ShouldHaveSingleItem();
            renewed.Value.ShouldBe(given.Value);
            renewed.Name.ShouldBe(given.Name + ".submitted");
            renewed.MaxAge.ShouldBe(TimeSpan.FromHours(5));
        }
    }

    [Fact]
    public async Task Watching_ForLongerThanHalfTheCookiesLife_RenewsIt()
    {
        var gate = new Gate();
        var time = Clock.Start();
        await using var site = await StartAsync(setup =>
        {
            setup.Time = time;
            setup.Run = async (page, _, token) =>
            {
                await gate.PassAsync(token);
                return page.Content("done");
            };
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await gate.Entered;
        using var early = await browser.GetAsync(submitted.Completed, ("Accept", "application/json"));

        time.Advance(TimeSpan.FromDays(5));
        using var late = await browser.GetAsync(submitted.Completed, ("Accept", "application/json"));
        gate.Open();

        Owners(early).ShouldBeEmpty();
        Owners(late).ShouldHaveSingleItem().Value.ShouldBe(Owners(submitted.Response).Single().Value);
    }

    [Fact]
    public async Task Names_OverHttpAndHttps_Differ()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        using var http = await browser.GetAsync("/Work");
        using var https = await browser.GetAsync("/Work", Https);

        var secure = Owners(https).ShouldHaveSingleItem();
        secure.Name.ShouldBe("__Host-" + Owners(http).Single().Name);
        secure.Secure.ShouldBeTrue();
        secure.Domain.Value.ShouldBeNull();
        secure.Path.ShouldBe("/");
    }

    [Fact]
    public async Task Https_WithTheCookieOfHttp_OpensItsProcessesAndSubmitsAsANewOwner()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var overHttp = await browser.SubmitAsync("/Work");
        await overHttp.EndAsync();

        (await StatusAsync(browser, overHttp.Result, Https)).ShouldBe(HttpStatusCode.OK);
        using var form = await browser.GetAsync("/Work", Https);
        var secure = Owners(form).ShouldHaveSingleItem();
        var token = Browser.TokenIn(await form.DocumentAsync(HttpStatusCode.OK));
        var overHttps = await browser.PostAsync("/Work", Browser.Form(("__RequestVerificationToken", token)), Https, Cookie(secure));
        await Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(overHttps.Id))!.IsEnded, "the end");

        (await StatusAsync(browser, overHttps.Result, Https)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(browser, overHttps.Result)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(browser, overHttps.Result, Https, Cookie(secure))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(browser, overHttp.Result, Https, Cookie(secure))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Value_OfTheCookieOfHttp_ProvesNothingUnderTheNameOfHttps()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        using var http = await browser.GetAsync("/Work");
        var plain = Owners(http).Single();

        using var https = await browser.GetAsync("/Work", Https, ("Cookie", $"__Host-{plain.Name}={plain.Value}"));

        Owners(https).ShouldHaveSingleItem().Value.ShouldNotBe(plain.Value);
    }

    [Theory]
    [InlineData("0123456789abcdefghjkmnpqrs")]
    [InlineData("0123456789abcdefghjkmnpqrs00000000000000000000000000000000")]
    [InlineData("ééééééééééééééééééééééééééé")]
    [InlineData("")]
    public async Task Value_ThatWasNotMadeHere_IsReplaced(string planted)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        using var other = site.Browse();
        using var first = await other.GetAsync("/Work");
        var name = Owners(first).Single().Name;

        using var form = await browser.GetAsync("/Work", ("Cookie", $"{name}={Uri.EscapeDataString(planted)}"));

        Owners(form).ShouldHaveSingleItem().Value.Value.ShouldNotBe(planted);
    }

    /// <summary>A browser sees no prefix in them, and takes them from a neighbouring host.</summary>
    [Theory]
    [InlineData("\u2000")]
    [InlineData("\u0085")]
    [InlineData("\u00a0")]
    [InlineData("\u3000")]
    public async Task Name_BehindABlankThatIsNoneToBrowsers_IsNotOurs(string blank)
    {
        await using var site = await StartAsync();
        using var eve = site.Browse();
        using var ann = site.Browse();
        using var form = await eve.GetAsync("/Work", Https);
        var planted = Owners(form).Single();

        using var opened = await ann.GetAsync("/Work", Https, ("Cookie", $"{blank}{planted.Name}={planted.Value}"));
        using var inOtherLetters = await ann.GetAsync("/Work", Https, ("Cookie", $"{planted.Name.Value!.Replace("__Host", "__host")}={planted.Value}"));

        Owners(opened).ShouldHaveSingleItem().Value.ShouldNotBe(planted.Value);
        Owners(inOtherLetters).ShouldHaveSingleItem().Value.ShouldNotBe(planted.Value);
    }

    /// <summary>Browsers let a neighbouring host set a cookie with this prefix for the whole domain, and none with <c>__Host-</c>.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(".submitted")]
    public async Task Name_WithAPrefixThatNeighboursMaySet_IsNotOurs(string suffix)
    {
        await using var site = await StartAsync();
        using var eve = site.Browse();
        using var ann = site.Browse();
        using var form = await eve.GetAsync("/Work", Https);
        var planted = Owners(form).Single();

        using var opened = await ann.GetAsync("/Work", Https, ("Cookie", $"{planted.Name.Value!.Replace("__Host-", "__Secure-")}{suffix}={planted.Value}"));

        Owners(opened).ShouldHaveSingleItem().Value.ShouldNotBe(planted.Value);
    }

    [Fact]
    public async Task Cookies_OfOneName_OpenWithTheOneThatFits()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        using var other = site.Browse();
        using var stranger = site.Browse();
        var own = await browser.SubmitAsync("/Work");
        await own.EndAsync();
        var mine = Owners(own.Response).Single();
        using var theirs = await other.GetAsync("/Work");
        string[] cookies = [$"{mine.Name}=forged", $"{mine.Name}={Owners(theirs).Single().Value}", $"{mine.Name}={mine.Value}"];

        (await StatusAsync(stranger, own.Result, ("Cookie", string.Join("; ", cookies)))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(stranger, own.Result, ("Cookie", string.Join("; ", cookies[..2])))).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Cookies_BeyondTheNewestEight_AreNoOwners()
    {
        await using var site = await StartAsync();
        using var stranger = site.Browse();
        List<SetCookie> cookies = [];
        Submitted? oldest = null, newest = null;
        for (var i = 0; i < 9; i++)
        {
            using var browser = site.Browse();
            newest = await browser.SubmitAsync("/Work");
            oldest ??= newest;
            cookies.Add(Owners(newest.Response).Single());
        }

        var header = ("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")));
        (await StatusAsync(stranger, newest!.Processing, header)).ShouldNotBe(HttpStatusCode.NotFound);
        (await StatusAsync(stranger, oldest!.Processing, header)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Form_ThatArrivesAfterASubmissionFromAnotherTab_ChangesNoOwner()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        using var lateTab = site.Browse();
        using var late = await lateTab.GetAsync("/Work");
        var first = await browser.SubmitAsync("/Work");

        browser.Cookies.SetCookies(site.Root, string.Join(',', late.Headers.GetValues("Set-Cookie").Where(value => value.StartsWith("AsyncViews"))));
        var second = await browser.SubmitAsync("/Work");

        Owners(second.Response).Single().Value.ShouldBe(Owners(first.Response).Single().Value);
        (await first.EndAsync()).ShouldBe("succeeded");
        (await second.EndAsync()).ShouldBe("succeeded");
    }

    private static Task<Site> StartAsync(Action<SiteSetup>? configure = null) => Site.StartAsync(setup =>
    {
        setup.Middleware = app => app.Use(next => context =>
        {
            if (context.Request.Headers["X-Scheme"] == "https")
                context.Request.Scheme = "https";
            return next(context);
        });
        configure?.Invoke(setup);
    });

    private static List<SetCookie> Owners(HttpResponseMessage response, string name = "AsyncViews.Owner") =>
        response.Headers.TryGetValues("Set-Cookie", out var values)
            ? [.. SetCookie.ParseList([.. values]).Where(cookie => cookie.Name.Value!.Contains(name))] : [];

    private static (string, string) Cookie(SetCookie cookie) => (HeaderNames.Cookie, $"{cookie.Name}={cookie.Value}");

    private static async Task<HttpStatusCode> StatusAsync(Browser browser, string address, params (string, string)[] headers)
    {
        using var response = await browser.GetAsync(address, headers);
        return response.StatusCode;
    }
}
