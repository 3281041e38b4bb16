using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Antiforgery;
using SameSiteMode = Microsoft.AspNetCore.Http.SameSiteMode;

namespace AsyncViews.Tests.Http;

/// <content>What the application's base, its antiforgery and its options make of it.</content>
public partial class OwnerCookieTests
{
    [Theory]
    [InlineData("/app/Work", "/App/Work")]
    [InlineData("/APP/Handled", "/app/Handled")]
    public async Task Base_TypedInOtherLetters_HasTheSameOwner(string submittedAt, string openedAt)
    {
        await using var site = await StartAsync(setup => setup.PathBase = "/app");
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync(submittedAt);
        await submitted.EndAsync();

        (await StatusAsync(browser, openedAt[..4] + submitted.Result[4..])).ShouldBe(HttpStatusCode.OK);
        using var form = await browser.GetAsync(openedAt);
        Owners(form).ShouldBeEmpty();
    }

    [Fact]
    public async Task Base_ThatIsConfigured_IsThePathAndWhereRequestsAreSent()
    {
        await using var site = await StartAsync(setup =>
        {
            setup.PathBase = "/App";
            setup.Options = options => options.OwnerCookie.Path = "/App";
        });
        using var browser = site.Browse();

        using var typed = await browser.GetAsync("/app/Work?a=1", Https);
        using var form = await browser.GetAsync("/App/Work?a=1", Https);

        typed.StatusCode.ShouldBe(HttpStatusCode.RedirectKeepVerb);
        typed.Header("Location").ShouldBe("/App/Work?a=1");
        typed.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var cookie = Owners(form).ShouldHaveSingleItem();
        cookie.Path.ShouldBe("/App");
        cookie.Name.Value.ShouldNotBeNull().ShouldStartWith("__Secure-");
    }

    [Fact]
    public async Task Names_OfApplicationsWithOtherBases_Differ()
    {
        await using var site = await StartAsync(setup => setup.PathBase = "/one");
        await using var other = await StartAsync(setup => setup.PathBase = "/two");
        using var browser = site.Browse();
        using var otherBrowser = other.Browse();

        using var first = await browser.GetAsync("/one/Work");
        using var second = await otherBrowser.GetAsync("/two/Work");

        Owners(first).Single().Name.ShouldNotBe(Owners(second).Single().Name);
    }

    [Theory]
    [InlineData(true, Microsoft.Net.Http.Headers.SameSiteMode.None)]
    [InlineData(false, Microsoft.Net.Http.Headers.SameSiteMode.Lax)]
    public async Task SameSite_WhereAntiforgerysIsNone_IsNoneOverHttps(bool https, Microsoft.Net.Http.Headers.SameSiteMode expected)
    {
        await using var site = await StartAsync(setup => setup.Services = services => services.Configure<AntiforgeryOptions>(options =>
        {
            options.Cookie.SameSite = SameSiteMode.None;
            options.Cookie.Extensions.Add("Partitioned");
        }));
        using var browser = site.Browse();

        using var form = await browser.GetAsync("/Work", https ? [Https] : []);

        var cookie = Owners(form).ShouldHaveSingleItem();
        cookie.SameSite.ShouldBe(expected);
        cookie.Secure.ShouldBe(https);
        cookie.Extensions.Contains("Partitioned").ShouldBe(https);
    }

    [Fact]
    public async Task Options_OfTheCookie_AreFollowed()
    {
        await using var site = await StartAsync(setup => setup.Options = options =>
        {
            var cookie = options.OwnerCookie;
            (cookie.Name, cookie.Domain, cookie.SameSite, cookie.MaxAge) = ("__Host-mine", "example.test", SameSiteMode.Strict, TimeSpan.FromDays(1));
        });
        using var browser = site.Browse();

        using var http = await browser.GetAsync("/Work");
        using var https = await browser.GetAsync("/Work", Https);

        var plain = Owners(http, "mine").ShouldHaveSingleItem();
        plain.Name.ShouldBe("mine");
        plain.SameSite.ShouldBe(Microsoft.Net.Http.Headers.SameSiteMode.Strict);
        plain.MaxAge.ShouldBe(TimeSpan.FromDays(1));
        plain.Domain.ShouldBe("example.test");
        Owners(https, "mine").ShouldHaveSingleItem().Name.ShouldBe("__Secure-mine");
    }
}
