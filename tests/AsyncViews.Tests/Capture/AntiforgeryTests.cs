using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Capture;

/// <summary>The token is asked for once, at the submission, and a stale form is shown again.</summary>
public class AntiforgeryTests
{
    [Theory]
    [InlineData("missing")]
    [InlineData("forged")]
    [InlineData("foreign")]
    [InlineData("of another user")]
    public async Task Token_ThatIsNotValid_ShowsTheFormAgainWithAMessage(string kind)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        using var other = site.Browse();
        var token = await browser.TokenAsync("/Work");
        switch (kind)
        {
            case "missing": token = ""; break;
            case "forged": token = new string('x', token.Length); break;
            case "foreign": token = await other.TokenAsync("/Work"); break;
            default: await browser.SignInAsync("ann"); break;
        }

        var submitted = await browser.PostAsync("/Work", Browser.Form(("Text", "kept"), ("__RequestVerificationToken", token)));

        var page = await submitted.Response.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector(".validation-summary-errors").ShouldNotBeNull().TextContent.ShouldContain("open for too long");
        page.QuerySelector("input[name=Text]").ShouldNotBeNull().GetAttribute("value").ShouldBe("kept");
        var again = await browser.PostAsync("/Work", Browser.Form(("Text", "kept"), ("__RequestVerificationToken", Browser.TokenIn(page))));
        (await again.EndAsync()).ShouldBe("succeeded");
        site.Script.Runs.ShouldBe(1);
    }

    [Theory]
    [InlineData("", "same-origin", "cookies")]
    [InlineData("", "cross-site", "another site")]
    [InlineData("theme=dark", "same-origin", "too long")]
    public async Task Token_WithoutItsCookie_IsRefusedForWhatIsKnownOfIt(string cookies, string site, string reason)
    {
        await using var application = await Site.StartAsync();
        using var browser = application.Browse();
        using var other = application.Browse();
        var token = await other.TokenAsync("/Work");
        (string, string)[] headers = [("Sec-Fetch-Site", site), ("Cookie", cookies)];

        var submitted = await browser.PostAsync("/Work", Browser.Form(("Text", "kept"), ("__RequestVerificationToken", token)), headers);

        var page = await submitted.Response.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector(".validation-summary-errors").ShouldNotBeNull().TextContent.ShouldContain(reason);
        page.QuerySelector("input[name=Text]").ShouldNotBeNull().GetAttribute("value").ShouldBe("kept");
        application.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Token_MissingFromAJsonClient_Is400WithTheProblem()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Work", Browser.Form(("Text", "x")), ("Accept", "application/json"));

        var problem = await submitted.Response.JsonAsync(HttpStatusCode.BadRequest);
        submitted.Response.Header("Content-Type").ShouldBe("application/problem+json");
        problem.GetProperty("status").GetInt32().ShouldBe(400);
        site.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Token_InAHeader_IsAccepted()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenAsync("/Work");

        var submitted = await browser.PostAsync("/Work", Browser.Form(("Text", "x")), ("RequestVerificationToken", token));

        (await submitted.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task PageThatIgnoresTokens_WithoutOne_Runs()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "x")));

        (await submitted.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task Token_OfOneProcess_IsValidatedOnce()
    {
        var validations = new StrongBox();
        await using var site = await Site.StartAsync(setup => setup.Services = services => Count(services, validations));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");
        await submitted.ReadResultAsync();

        site.Script.Runs.ShouldBe(1);
        validations.Value.ShouldBe(1);
    }

    [Fact]
    public async Task SigningOut_BeforeTheRunStarts_DoesNotStopIt()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(
            async (page, _, token) =>
            {
                await gate.PassAsync(token);
                return page.Content(page.User.Identity!.Name ?? "nobody");
            },
            options => options.MaxConcurrentRuns = 1);
        using var holder = site.Browse();
        using var browser = site.Browse();
        await holder.SubmitAsync("/Work");
        await gate.Entered;
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/Work");

        await browser.SignOutAsync();
        gate.Open();

        await Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(submitted.Id))!.IsEnded, "the end of the queued process");
        await browser.SignInAsync("ann");
        (await submitted.ReadResultAsync()).ShouldBe("ann");
    }

    private static void Count(IServiceCollection services, StrongBox validations)
    {
        var original = services.Last(service => service.ServiceType == typeof(IAntiforgery)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IAntiforgery>(provider =>
            new CountingAntiforgery((IAntiforgery)ActivatorUtilities.CreateInstance(provider, original), validations)));
    }

    private sealed class StrongBox
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);
    }

    private sealed class CountingAntiforgery(IAntiforgery inner, StrongBox validations) : IAntiforgery
    {
        public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) => inner.GetAndStoreTokens(httpContext);

        public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => inner.GetTokens(httpContext);

        public void SetCookieTokenAndHeader(HttpContext httpContext) => inner.SetCookieTokenAndHeader(httpContext);

        public Task<bool> IsRequestValidAsync(HttpContext httpContext)
        {
            validations.Increment();
            return inner.IsRequestValidAsync(httpContext);
        }

        public Task ValidateRequestAsync(HttpContext httpContext)
        {
            validations.Increment();
            return inner.ValidateRequestAsync(httpContext);
        }
    }
}
