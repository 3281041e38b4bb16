using System.Net;
using System.Security.Claims;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AsyncViews.Tests.Scripts;

/// <summary>The POST of a script: whom it needs a token for, whose the process is, and how long it waits.</summary>
public class SubmittingTests
{
    private static readonly (string, string) Key = (ApiKeyHandler.Header, "ann");
    private static readonly (string, string) Json = ("Accept", "application/json");

    [Fact]
    public async Task Tokenless_WithAKeyAndNoCookie_RunsAsThatIdentity()
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();
        using var other = site.Site.Browse();

        using var accepted = await PostAsync(script, "May", Key, Json);

        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        accepted.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var location = accepted.Header("Location")!;
        using (var foreign = await other.GetAsync(location, (ApiKeyHandler.Header, "bob")))
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var own = await other.GetAsync(location, Key);
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>A client that keeps it could not send anything after that.</summary>
    [Theory]
    [InlineData("May", HttpStatusCode.OK)]
    [InlineData("July", HttpStatusCode.Gone)]
    public async Task Tokenless_AtAResultThatSetsACookie_GetsNone(string month, HttpStatusCode expected)
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();
        using var accepted = await PostAsync(script, month, Key, Json);
        await site.Started.Soon("a run");
        if (month == "July")
            await site.Site.Processes.CancelAsync(site.Runs.Single());
        await Eventually.BeTrueAsync(async () => await StatusAsync(script, accepted) is "Succeeded" or "Canceled", "the end");
        var address = (await accepted.JsonAsync(HttpStatusCode.Accepted)).GetProperty("result").GetString()!;

        using var result = await script.GetAsync(address, Key, ("Accept", "*/*"));

        result.StatusCode.ShouldBe(expected);
        result.Header("Set-Cookie").ShouldBeNull();
        using var next = await PostAsync(script, "May", Key, Json);
        next.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Tokenless_OnAPageThatNamesItsSchemes_Runs()
    {
        await using var site = await ScriptSite.StartAsync(configure: setup => setup.PageEndpoints = pages =>
            pages.RequireAuthorization(policy => policy.AddAuthenticationSchemes(CookieAuthenticationDefaults.AuthenticationScheme, ApiKeyHandler.SchemeName).RequireAuthenticatedUser()));
        using var script = site.Site.Browse();

        using var accepted = await PostAsync(script, "May", Key, ("Prefer", "respond-async, wait=15"));

        (await accepted.JsonAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString().ShouldBe("Succeeded");
    }

    [Theory]
    [InlineData("POST", "/Report")]
    [InlineData("GET", "/Report?handler=completed&process_id=1&format=json")]
    public async Task NobodyAuthenticated_OnAPageForUsers_Is401AndNoPageToSignIn(string method, string address)
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();

        using var refused = await script.SendAsync(new HttpMethod(method), address, method == "POST" ? Browser.Form(("Month", "May")) : null, ("Prefer", "respond-async"));

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.Location.ShouldBeNull();
    }

    [Fact]
    public async Task PeopleAndScripts_AreToldApartByTheKey()
    {
        var builder = WebApplication.CreateBuilder();
        Registrations.AddPeopleAndScripts(builder);
        await using var app = builder.Build();
        var context = new DefaultHttpContext { RequestServices = app.Services, Request = { Headers = { [ApiKeyHandler.Header] = "ann" } } };

        var result = await context.AuthenticateAsync();

        result.Ticket.ShouldNotBeNull().AuthenticationScheme.ShouldBe(ApiKeyHandler.SchemeName);
    }

    [Theory]
    [InlineData("not allowed")]
    [InlineData("a cookie")]
    [InlineData("an empty cookie")]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData("another origin")]
    [InlineData("no origin")]
    public async Task Tokenless_OfWhatABrowserMaySend_Is400(string kind)
    {
        await using var site = await ScriptSite.StartAsync(allowsTokenless: kind != "not allowed");
        using var script = site.Site.Browse();
        (string, string)[] headers = kind switch
        {
            "a cookie" => [("Cookie", "theme=dark")],
            "an empty cookie" => [("Cookie", " ")],
            "cross-site" or "same-site" => [("Sec-Fetch-Site", kind)],
            "another origin" => [("Origin", "https://evil.example")],
            "no origin" => [("Origin", "null")],
            _ => [],
        };

        using var refused = await PostAsync(script, "May", [Key, Json, .. headers]);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        site.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tokenless_OfThePagesOwnOrigin_Runs()
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();

        using var accepted = await PostAsync(script, "May", Key, Json, ("Origin", site.Site.Root.GetLeftPart(UriPartial.Authority)));

        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Tokenless_OfAUserWhomNoSchemeAuthenticated_Is400()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Options = options => options.AllowTokenlessScripts = true;
            setup.Middleware = app => app.Use((context, next) =>
            {
                context.User = new(new ClaimsIdentity([new("sub", "ann")], "header"));
                return next(context);
            });
        });
        using var script = site.Browse();

        var refused = await script.PostAsync("/Work", Browser.Form(("Text", "x")), Json);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Tokenless_OfASchemeThatReadsCookies_Is400()
    {
        // A scheme of cookies can find them elsewhere than in the header.
        await using var site = await ScriptSite.StartAsync(configure: setup =>
        {
            var services = setup.Services!;
            setup.Services = all =>
            {
                services(all);
                all.Configure<CookieAuthenticationOptions>(
                    CookieAuthenticationDefaults.AuthenticationScheme,
                    options => options.CookieManager = new HeaderCookies());
            };
        });
        using var browser = site.Site.Browse();
        using var signedIn = await browser.GetAsync("/sign-in/ann");
        var ticket = signedIn.Header("X-Ticket").ShouldNotBeNull();

        using var refused = await PostAsync(browser, "May", Json, ("X-Ticket", ticket));

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        site.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_WithAKey_NeedsNoTokenEither()
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();
        using var accepted = await PostAsync(script, "July", Key, Json);
        var cancel = (await accepted.JsonAsync(HttpStatusCode.Accepted)).GetProperty("cancel").GetString()!;
        await site.Started.Soon("a run");

        using (var stranger = await script.SendAsync(HttpMethod.Delete, cancel, null, (ApiKeyHandler.Header, "bob")))
            stranger.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var canceled = await script.SendAsync(HttpMethod.Delete, cancel, null, Key, Json))
        {
            canceled.Header("Operation-Location").ShouldBe(accepted.Header("Location"));
            (await canceled.JsonAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString().ShouldBeOneOf("Running", "Canceled");
        }

        await Eventually.BeTrueAsync(async () => await StatusAsync(script, accepted) == "Canceled", "the end");
        using var again = await script.SendAsync(HttpMethod.Delete, cancel, null, Key, Json);
        again.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var posted = await script.SendAsync(HttpMethod.Post, cancel, null, Key, Json);
        (await posted.JsonAsync(HttpStatusCode.OK)).GetProperty("status").GetString().ShouldBe("Canceled");
    }

    [Fact]
    public async Task Invalid_OfAScriptThatNamesNoJson_IsAProblem()
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();

        using var invalid = await PostAsync(script, "", Key, ("Prefer", "respond-async"));

        (await invalid.JsonAsync(HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty("Month", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("May", "Succeeded")]
    [InlineData("June", "Failed")]
    public async Task Wait_UntilTheEnd_TellsIt(string month, string status)
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();

        using var accepted = await PostAsync(script, month, Key, ("Prefer", "respond-async, wait=15"));

        var body = await accepted.JsonAsync(HttpStatusCode.Accepted);
        body.GetProperty("status").GetString().ShouldBe(status);
        body.GetProperty("resourceLocation").GetString().ShouldNotBeNull();
        accepted.Header("Preference-Applied").ShouldBe("respond-async, wait=15");
        accepted.Header("Retry-After").ShouldBeNull();
    }

    [Fact]
    public async Task Wait_ThatIsShorterThanTheWork_TellsWhatIs()
    {
        await using var site = await ScriptSite.StartAsync();
        using var script = site.Site.Browse();

        using var accepted = await PostAsync(script, "July", Key, Json, ("Prefer", "wait=1"));

        (await accepted.JsonAsync(HttpStatusCode.Accepted)).GetProperty("status").GetString().ShouldBe("Running");
        accepted.Header("Preference-Applied").ShouldBe("wait=1");
        accepted.Header("Retry-After").ShouldNotBeNull();
    }

    [Fact]
    public async Task Wait_OfWhoTakesPages_LeadsStraightToTheResult()
    {
        await using var site = await ScriptSite.StartAsync();
        using var browser = site.Site.Browse();

        using var answer = await PostAsync(browser, "May", Key, ("Prefer", "wait=15"));

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Header("Location").ShouldNotBeNull().ShouldContain("handler=result");
        answer.Header("Preference-Applied").ShouldBe("wait=15");
    }

    [Fact]
    public async Task Owner_ByATokenWithoutSubject_KeepsItsProcessesWithTheNextToken()
    {
        Claim[] ClaimsOf(string token) => [new("client_id", "robot"), new("jti", token), new("exp", token), new("iat", token), new("nbf", token)];
        await using var site = await ScriptSite.StartAsync(configure: setup =>
        {
            var services = setup.Services!;
            setup.Services = all =>
            {
                services(all);
                all.AddSingleton<IClaimsTransformation>(new Transformation(user => new(new ClaimsIdentity(ClaimsOf(user.FindFirst(ClaimTypes.NameIdentifier)!.Value), "token"))));
            };
        });
        using var script = site.Site.Browse();
        using var accepted = await PostAsync(script, "May", (ApiKeyHandler.Header, "1"), Json);

        using var status = await script.GetAsync(accepted.Header("Location")!, (ApiKeyHandler.Header, "2"));

        status.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<HttpResponseMessage> PostAsync(Browser script, string month, params (string, string)[] headers) =>
        script.SendAsync(HttpMethod.Post, "/Report", Browser.Form(("Month", month)), headers);

    private static async Task<string?> StatusAsync(Browser script, HttpResponseMessage accepted)
    {
        using var answer = await script.GetAsync(accepted.Header("Location")!, Key);
        return (await answer.JsonAsync(HttpStatusCode.OK)).GetProperty("status").GetString();
    }

    private sealed class Transformation(Func<ClaimsPrincipal, ClaimsPrincipal> change) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) =>
            Task.FromResult(principal.HasClaim(claim => claim.Type == "jti") ? principal : change(principal));
    }

    private sealed class HeaderCookies : ICookieManager
    {
        public string? GetRequestCookie(HttpContext context, string key) => context.Request.Headers["X-Ticket"].ToString() is { Length: > 0 } ticket ? ticket : null;

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) => context.Response.Headers["X-Ticket"] = value;

        public void DeleteCookie(HttpContext context, string key, CookieOptions options)
        {
        }
    }
}
