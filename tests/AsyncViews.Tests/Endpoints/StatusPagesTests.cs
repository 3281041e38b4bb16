using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The application's status code pages: they are for people, and nobody reads the answer to a poll.</summary>
public sealed class StatusPagesTests
{
    private const string Mark = "AsyncViews-Answer";

    public static TheoryData<string, HttpStatusCode> Refusals
    {
        get
        {
            var rows = new TheoryData<string, HttpStatusCode>();
            foreach (var kind in (string[])["plain", "redirects", "re-execute"])
            {
                rows.Add(kind, HttpStatusCode.NotFound);
                rows.Add(kind, HttpStatusCode.Gone);
                rows.Add(kind, HttpStatusCode.Unauthorized);
                rows.Add(kind, HttpStatusCode.Forbidden);
                rows.Add(kind, HttpStatusCode.ServiceUnavailable);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Poll_ThatIsRefused_KeepsItsStatusAndItsMark(string kind, HttpStatusCode status)
    {
        var time = Clock.Start();
        await using var site = await StartAsync(kind, setup => setup.Time = time);
        using var browser = site.Browse();
        await browser.SignInAsync("ann", staff: true);
        var submitted = await browser.SubmitAsync("/StaffOnly");
        await submitted.EndAsync();
        switch (status)
        {
            case HttpStatusCode.NotFound:
                await browser.SignInAsync("eve", staff: true);
                break;
            case HttpStatusCode.Gone:
                time.Advance(TimeSpan.FromHours(24.1));
                break;
            case HttpStatusCode.Unauthorized:
                await browser.SignOutAsync();
                break;
            case HttpStatusCode.Forbidden:
                await browser.SignInAsync("ann");
                break;
            default:
                CountingStore.Of(site).IsAway = true;
                break;
        }

        using var poll = await browser.GetAsync(submitted.Completed, ("HX-Request", "true"));

        (await poll.TextAsync(status)).ShouldBeEmpty();
        poll.Header(Mark).ShouldBe("poll");
        poll.Header("HX-Refresh").ShouldBe(status == HttpStatusCode.ServiceUnavailable ? null : "true");
        poll.Header("Cache-Control").ShouldBe("no-store");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("redirects")]
    [InlineData("re-execute")]
    public async Task Script_ThatIsRefused_KeepsItsProblem(string kind)
    {
        await using var site = await StartAsync(kind);
        using var browser = site.Browse();
        using var eve = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        foreach (var handler in (string[])["processing", "completed", "result"])
        {
            using var answer = await eve.GetAsync(submitted.At(handler), ("Accept", "application/json"));
            (await answer.JsonAsync(HttpStatusCode.NotFound)).GetProperty("status").GetInt32().ShouldBe(404);
        }

        (await browser.SendAsync(HttpMethod.Delete, submitted.Cancel, null, ("Accept", "application/json"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        CountingStore.Of(site).IsAway = true;
        using var away = await browser.GetAsync(submitted.At("completed", ProcessId.New()), ("Accept", "application/json"));
        (await away.JsonAsync(HttpStatusCode.ServiceUnavailable)).GetProperty("status").GetInt32().ShouldBe(503);
        using var netsight = await browser.GetAsync($"{submitted.At("completed", ProcessId.New())}&output_json=1");
        (await netsight.JsonAsync(HttpStatusCode.OK)).GetProperty("completed").GetBoolean().ShouldBeFalse("it would take anything else for the end");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("redirects")]
    [InlineData("re-execute")]
    public async Task Person_WhoIsRefused_ReadsTheLibrarysPage(string kind)
    {
        await using var site = await StartAsync(kind);
        using var browser = site.Browse();
        using var eve = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var answer = await eve.GetAsync(submitted.Processing);

        (await answer.DocumentAsync(HttpStatusCode.NotFound)).QuerySelector(".av-page h1").ShouldNotBeNull();
        answer.Header(Mark).ShouldBeNull();
    }

    /// <summary>The result of a run is the page's own, and its empty 404 gets what the same of a plain page would get.</summary>
    [Fact]
    public async Task Result_WithoutABody_GetsTheApplicationsPage()
    {
        await using var site = await StartAsync("plain", setup => setup.Run = (page, _, _) => Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(page.NotFound()));
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var result = await submitted.OpenResultAsync();

        (await result.TextAsync(HttpStatusCode.NotFound)).ShouldContain("404");
    }

    [Fact]
    public async Task Poll_OfWhateverKind_IsMarked()
    {
        await using var run = await HeldRun.StartAsync(configure: Configure("redirects"));
        var fresh = await run.PollAddressAsync();
        var list = (await run.Browser.OpenAsync("/my-processes")).QuerySelector("#av-my-processes").ShouldNotBeNull().GetAttribute("data-hx-get")!;
        await ShouldBeMarkedAsync(fresh, HttpStatusCode.NoContent);
        await ShouldBeMarkedAsync(run.Submitted.Completed, HttpStatusCode.OK);
        await ShouldBeMarkedAsync(list, HttpStatusCode.NoContent);
        await ShouldBeMarkedAsync("/my-processes", HttpStatusCode.OK);

        run.Gate.Open();
        await run.Submitted.EndAsync();
        await ShouldBeMarkedAsync(fresh, HttpStatusCode.OK);
        await ShouldBeMarkedAsync(fresh + "&av_embedded=1", HttpStatusCode.OK);
        CountingStore.Of(run.Site).IsAway = true;
        await ShouldBeMarkedAsync(list, HttpStatusCode.ServiceUnavailable);
        await ShouldBeMarkedAsync($"/processes/completed?process_id={ProcessId.New()}", HttpStatusCode.ServiceUnavailable);
        CountingStore.Of(run.Site).IsAway = false;
        await ShouldBeMarkedAsync($"/processes/completed?process_id={ProcessId.New()}", HttpStatusCode.NotFound);

        async Task ShouldBeMarkedAsync(string address, HttpStatusCode status)
        {
            using var poll = await run.PollAsync(address);
            poll.StatusCode.ShouldBe(status, address);
            poll.Header(Mark).ShouldBe("poll", address);
        }
    }

    /// <summary>Answers that others give before us must not pass for ours: nothing is known of the process then.</summary>
    [Fact]
    public async Task Poll_ThatFails_IsNotMarked()
    {
        var breaks = false;
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Middleware = app => app.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("sorry")));
            setup.Options = options => options.RevalidateUserAsync = _ => breaks ? throw new InvalidOperationException() : new(true);
        });
        var address = await run.PollAddressAsync();
        breaks = true;

        using var poll = await run.PollAsync(address);

        (await poll.TextAsync(HttpStatusCode.InternalServerError)).ShouldBe("sorry");
        poll.Header(Mark).ShouldBeNull();
    }

    private static Task<Site> StartAsync(string kind, Action<SiteSetup>? configure = null) => Site.StartAsync(Configure(kind) + configure);

    private static Action<SiteSetup> Configure(string kind) => setup =>
    {
        setup.Services = CountingStore.Install;
        setup.Middleware = app => _ = kind switch
        {
            "redirects" => app.UseStatusCodePagesWithRedirects("/Status?code={0}"),
            "re-execute" => app.UseStatusCodePagesWithReExecute("/Status", "?code={0}"),
            _ => app.UseStatusCodePages(),
        };
        setup.Endpoints = app =>
        {
            app.MapJobs();
            app.MapMyProcesses();
            app.Map("/Status", (string code) => $"Sorry: {code}");
        };
    };
}
