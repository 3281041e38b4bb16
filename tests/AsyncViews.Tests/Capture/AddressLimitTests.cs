using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>Whoever is not signed in counts by the address that it all comes from, since a cookie can be left out.</summary>
public sealed class AddressLimitTests
{
    [Fact]
    public async Task Address_OverItsLimit_IsRefusedWithAnyCookieAndNoOtherIs()
    {
        await using var site = await StartAsync(new Gate());

        (await SubmitAsync(site, "203.0.113.5")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await SubmitAsync(site, "::ffff:203.0.113.5")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var refused = await SubmitAsync(site, "203.0.113.5");

        var page = await refused.Response.DocumentAsync(HttpStatusCode.TooManyRequests);
        page.Body!.TextContent.ShouldContain("Many submissions from your network are still in progress.");
        (await SubmitAsync(site, "203.0.113.6")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Address_OfIPv6_CountsByItsFirst64Bits()
    {
        await using var site = await StartAsync(new Gate());

        await SubmitAsync(site, "2001:db8:1:2::1");
        await SubmitAsync(site, "2001:db8:1:2:ffff:ffff:ffff:ffff");

        (await SubmitAsync(site, "2001:db8:1:2:3::4")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await SubmitAsync(site, "2001:db8:1:3::1")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Address_BehindATranslatorOfIPv4_CountsByItself()
    {
        await using var site = await StartAsync(new Gate());

        await SubmitAsync(site, "64:ff9b::203.0.113.5");
        await SubmitAsync(site, "203.0.113.5");

        (await SubmitAsync(site, "64:ff9b::203.0.113.5")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await SubmitAsync(site, "64:ff9b::203.0.113.6")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Address_OfSomebodySignedIn_DoesNotCount()
    {
        await using var site = await StartAsync(new Gate());
        await SubmitAsync(site, "203.0.113.5");
        await SubmitAsync(site, "203.0.113.5");

        for (var i = 0; i < 3; i++)
            (await SubmitAsync(site, "203.0.113.5", user: $"user{i}")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("10.0.0.7", null)]
    [InlineData("fd00::7", null)]
    [InlineData("", null)]
    [InlineData("10.0.0.7", "198.51.100.1")]
    public async Task Address_ThatStandsForEverybody_DoesNotCountAndTheLogSaysSoOnce(string address, string? forwardedFor)
    {
        await using var site = await StartAsync(new Gate());

        for (var i = 0; i < 3; i++)
            (await SubmitAsync(site, address, forwardedFor)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);

        site.Log.Entries.Count(entry => entry.Message.Contains("UseForwardedHeaders")).ShouldBe(1);
    }

    [Fact]
    public async Task Address_OfAPrivateNetworkWithOthers_Counts()
    {
        await using var site = await StartAsync(new Gate());
        await SubmitAsync(site, "10.0.0.7");
        await SubmitAsync(site, "10.0.0.8");
        await SubmitAsync(site, "10.0.0.8");

        (await SubmitAsync(site, "10.0.0.8")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Address_ThatAProxyHasForwardedAndTheApplicationHasRead_Counts()
    {
        await using var site = await StartAsync(new Gate());
        await SubmitAsync(site, "203.0.113.5", "198.51.100.1");
        await SubmitAsync(site, "203.0.113.5", "198.51.100.2");

        (await SubmitAsync(site, "203.0.113.5", "198.51.100.3")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Queue_OfAnonymousPeople_LeavesRoomForThoseWhoSignIn()
    {
        await using var site = await StartAsync(new Gate(), options => (options.MaxConcurrentRuns, options.MaxQueueLength) = (1, 10));
        for (var i = 0; i <= 8; i++)
            (await SubmitAsync(site, $"203.0.113.{i}")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);

        (await SubmitAsync(site, "203.0.113.99")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await SubmitAsync(site, "203.0.113.99", user: "ann")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Workers_WithAnonymousRunsThatDoNotEnd_RunWhatSignedInPeopleSend()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            Configure(setup, options => options.MaxConcurrentRuns = 4);
            setup.Run = async (page, process, token) =>
            {
                if (process.User.Identity?.IsAuthenticated != true)
                    await gate.PassAsync(token);
                return page.Page();
            };
        });
        List<Submitted> anonymous = [];
        for (var i = 0; i < 8; i++)
            anonymous.Add(await SubmitAsync(site, $"203.0.113.{i}"));

        (await (await SubmitAsync(site, "203.0.113.99", user: "ann")).EndAsync()).ShouldBe("succeeded");

        gate.Open();
        foreach (var submitted in anonymous)
            (await submitted.EndAsync()).ShouldBe("succeeded");
    }

    private static Task<Site> StartAsync(Gate gate, Action<AsyncViewsOptions>? options = null) => Site.StartAsync(setup =>
    {
        Configure(setup, options);
        setup.Run = async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return page.Page();
        };
    });

    /// <summary>The header Test-Address says where a request comes from: empty for nowhere.</summary>
    private static void Configure(SiteSetup setup, Action<AsyncViewsOptions>? options)
    {
        setup.Options = own =>
        {
            own.MaxLiveProcessesPerAddress = 2;
            options?.Invoke(own);
        };
        setup.Middleware = app => app.Use((context, next) =>
        {
            if (context.Request.Headers["Test-Address"] is [{ } address])
                context.Connection.RemoteIpAddress = address.Length == 0 ? null : IPAddress.Parse(address);
            return next();
        });
    }

    /// <summary>Each time from a browser of its own.</summary>
    private static async Task<Submitted> SubmitAsync(Site site, string address, string? forwardedFor = null, string? user = null)
    {
        var browser = site.Browse();
        if (user is not null)
            await browser.SignInAsync(user);
        (string, string)[] headers = [("Test-Address", address), .. forwardedFor is null ? Array.Empty<(string, string)>() : [("X-Forwarded-For", forwardedFor)]];
        return await browser.PostAsync("/Work", Browser.Form(("Text", "sent"), await browser.TokenFieldAsync("/Work")), headers);
    }
}
