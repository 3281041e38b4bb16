using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AsyncViews.Tests.Capture;

/// <summary>A submission that cannot be accepted is refused with a page that says why, and when to come again.</summary>
public class AdmissionTests
{
    [Theory]
    [InlineData("queue length")]
    [InlineData("queue bytes")]
    public async Task FullQueue_RefusesWith503(string limit)
    {
        var gate = new Gate();
        await using var site = await StartHeldAsync(gate, options =>
        {
            options.MaxConcurrentRuns = 1;
            if (limit == "queue length")
                options.MaxQueueLength = 1;
            else
                options.MaxQueueBytes = 300;
        });
        using var browser = site.Browse();
        var running = await browser.SubmitAsync("/Work", ("Text", "runs"));
        await gate.Entered;
        var waiting = await browser.SubmitAsync("/Work", ("Text", "waits"));

        await ShouldBeRefusedAsync(browser, HttpStatusCode.ServiceUnavailable, "Too many submissions are already waiting.");

        gate.Open();
        (await running.EndAsync()).ShouldBe("succeeded");
        (await waiting.EndAsync()).ShouldBe("succeeded");
        (await (await browser.SubmitAsync("/Work", ("Text", "later"))).EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task OwnersLimit_RefusesWith429AndOnlyThatOwner()
    {
        var gate = new Gate();
        await using var site = await StartHeldAsync(gate, options => options.MaxLiveProcessesPerOwner = 2);
        using var browser = site.Browse();
        using var other = site.Browse();
        await browser.SubmitAsync("/Work", ("Text", "1"));
        await browser.SubmitAsync("/Work", ("Text", "2"));

        await ShouldBeRefusedAsync(browser, HttpStatusCode.TooManyRequests, "Several of your submissions are still in progress.");
        (await other.SubmitAsync("/Work", ("Text", "3"))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task KeptLimit_OfAnOwner_RefusesWith429AndOnlyThatOwner()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.MaxKeptBytesPerOwner = 1);
        using var browser = site.Browse();
        using var other = site.Browse();
        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("succeeded");

        await ShouldBeRefusedAsync(browser, HttpStatusCode.TooManyRequests, "We still keep too many of your earlier results");
        (await other.SubmitAsync("/Work")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task KeptLimit_OfTheStore_RefusesWith503AndIsSeenByTheHealthCheck()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Options = options => options.MaxKeptBytes = 1;
            setup.Services = services => services.AddHealthChecks().AddAsyncViews();
        });
        using var browser = site.Browse();
        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("succeeded");

        await ShouldBeRefusedAsync(browser, HttpStatusCode.ServiceUnavailable, "The server has no room left");
        var health = (await site.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["asyncviews"];
        (health.Status, health.Description!.Contains(nameof(AsyncViewsOptions.MaxKeptBytes))).ShouldBe((HealthStatus.Degraded, true));
    }

    [Fact]
    public async Task FullDisk_RefusesWith503()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.MinFreeDiskBytes = long.MaxValue);
        using var browser = site.Browse();

        await ShouldBeRefusedAsync(browser, HttpStatusCode.ServiceUnavailable, "The server has no room left");
    }

    [Fact]
    public async Task Admit_OfTheApplication_RefusesBeforeTheBodyIsReadAndItsReasonIsEncoded()
    {
        var formRead = false;
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.AdmitAsync = context =>
        {
            formRead = context.Features.Get<IFormFeature>()?.Form is not null;
            return ValueTask.FromResult<string?>("<script>alert('busy')</script>");
        });
        using var browser = site.Browse();

        await ShouldBeRefusedAsync(browser, HttpStatusCode.ServiceUnavailable, "<script>alert('busy')</script>");

        formRead.ShouldBeFalse();
        site.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Admit_ThatAnswersNull_LetsItIn()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.AdmitAsync = _ => ValueTask.FromResult<string?>(null));
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("succeeded");
    }

    private static Task<Site> StartHeldAsync(Gate gate, Action<AsyncViewsOptions> options) => Site.StartAsync(
        async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return page.Page();
        },
        options);

    /// <summary>As a page and as a problem, both with when to come again.</summary>
    private static async Task ShouldBeRefusedAsync(Browser browser, HttpStatusCode status, string reason)
    {
        var form = await browser.TokenFieldAsync("/Work");

        var refused = await browser.PostAsync("/Work", Browser.Form(("Text", "refused"), form));
        var page = await refused.Response.DocumentAsync(status);
        page.QuerySelectorAll(".av-page p").Select(paragraph => paragraph.TextContent).ShouldContain(text => text.Contains(reason));
        page.QuerySelector(".av-page").ShouldNotBeNull().TextContent.ShouldContain("the form as you filled it in, and send it again later.");
        page.QuerySelector("#layout").ShouldNotBeNull();
        page.QuerySelectorAll("script").ShouldBeEmpty();
        refused.Response.Header("Retry-After").ShouldBe("30");

        var problem = await browser.PostAsync("/Work", Browser.Form(("Text", "refused"), form), ("Accept", "application/json"));
        (await problem.Response.JsonAsync(status)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(reason);
        problem.Response.Header("Retry-After").ShouldBe("30");
    }
}
