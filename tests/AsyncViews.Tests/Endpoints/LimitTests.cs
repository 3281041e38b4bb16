using System.Net;
using System.Threading.RateLimiting;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The application's rate limits and request time-outs: they are about what people ask for, and polls ask by themselves.</summary>
public sealed class LimitTests
{
    private const string Few = "few";
    private const int Permits = 5;

    /// <summary>Three requests made the process; what reads it is none: without script, the waiting page polls by reloading itself.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Polls_OfAPage_AreNotOfItsOwnLimit(bool policyInstance)
    {
        await using var run = await HeldRun.StartAsync(configure: setup => Limit(setup, policyInstance));
        var address = await run.PollAddressAsync();

        await ShouldStayAsync(run, address, HttpStatusCode.NoContent);
        await ShouldStayAsync(run, run.Submitted.Completed, HttpStatusCode.OK);
        for (var reloads = 0; reloads <= Permits; reloads++)
            (await run.Browser.GetAsync(run.Submitted.Processing)).StatusCode.ShouldBe(HttpStatusCode.OK);

        HttpStatusCode status;
        for (var requests = 2; (status = (await run.Browser.GetAsync("/Work")).StatusCode) == HttpStatusCode.OK; requests++)
            requests.ShouldBeLessThan(Permits);
        status.ShouldBe(HttpStatusCode.TooManyRequests);
        await ShouldStayAsync(run, address, HttpStatusCode.NoContent);
        (await run.Browser.GetAsync(run.Submitted.Processing)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Polls_OfMyProcessesAndOfJobs_AreNotOfTheirOwnLimit()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => Limit(setup, policyInstance: false));
        for (var requests = 0; requests < Permits; requests++)
            (await run.Browser.GetAsync("/my-processes")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await run.Browser.GetAsync("/my-processes")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await ShouldStayAsync(run, "/my-processes", HttpStatusCode.OK);
        await ShouldStayAsync(run, $"/processes/completed?process_id={ProcessId.New()}", HttpStatusCode.NotFound);
        await ShouldStayAsync(run, "/processes/group?group=x", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Buttons_OfMyProcesses_AreOfItsLimitWhateverTheySay()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => Limit(setup, policyInstance: false));
        var token = await run.Browser.TokenFieldAsync("/my-processes");
        for (var requests = 1; requests < Permits; requests++)
            await PressAsync();

        (await PressAsync()).ShouldBe(HttpStatusCode.TooManyRequests);

        async Task<HttpStatusCode> PressAsync() =>
            (await run.Browser.SendAsync(HttpMethod.Post, "/my-processes", Browser.Form(token), ("HX-Request", "true"))).StatusCode;
    }

    [Fact]
    public async Task Polls_UnderAGlobalLimit_AreCounted()
    {
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Services = services => services.AddRateLimiter(limits =>
            {
                limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.GetFixedWindowLimiter("all", _ => Window()));
            });
            setup.Middleware = app => app.UseRouting().UseRateLimiter();
        });
        var address = await run.PollAddressAsync();

        for (var requests = 3; requests < Permits; requests++)
            (await run.PollAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var refused = await run.PollAsync(address);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Header("AsyncViews-Answer").ShouldBeNull();
    }

    /// <summary>The polls are held when the limit begins for the third request. So they have met it when that one has.</summary>
    [Fact]
    public async Task HeldPoll_LongerThanTheTimeLimit_IsAnswered()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Time = time;
            setup.Options = options => options.PollHold = TimeSpan.FromSeconds(1);
            setup.Services = services => services.AddRequestTimeouts();
            setup.Middleware = app => app.UseRouting().UseRequestTimeouts();
            setup.Endpoints = app => app.MapGet("/slow", (CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
        });

        // After ten seconds the pace of the page changes, and that is news.
        time.Advance(TimeSpan.FromSeconds(15));
        var address = await run.PollAddressAsync();
        run.Site.Services.GetRequiredService<IOptionsMonitor<RequestTimeoutOptions>>().CurrentValue.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromSeconds(5) };

        var polls = Task.WhenAll(run.PollAsync(address), run.Browser.GetAsync(run.Submitted.Completed, ("Accept", "application/json"), ("Prefer", "wait=1")));
        await Eventually.BeTrueAsync(() => run.Site.Services.GetRequiredService<AsyncViews.Progress.HeldPolls>().Count == 2, "both are held");
        using var slow = await run.Browser.GetAsync("/slow");

        slow.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);

        // A minute after the start, the pace changes again.
        var steps = 0;
        await Eventually.BeTrueAsync(
            () =>
            {
                if (steps++ < 30)
                    time.Advance(TimeSpan.FromSeconds(1));
                return polls.IsCompleted;
            },
            "the answers");
        (await polls).Select(poll => poll.StatusCode).ShouldBe([HttpStatusCode.NoContent, HttpStatusCode.OK]);
        foreach (var poll in await polls)
        {
            poll.Header("Server-Timing").ShouldNotBeNull();
            poll.Dispose();
        }
    }

    private static async Task ShouldStayAsync(HeldRun run, string address, HttpStatusCode status)
    {
        for (var time = 0; time <= Permits; time++)
            (await run.PollAsync(address)).StatusCode.ShouldBe(status);
    }

    private static void Limit(SiteSetup setup, bool policyInstance)
    {
        setup.Services = services => services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddFixedWindowLimiter(Few, window => (window.PermitLimit, window.Window) = (Permits, TimeSpan.FromHours(1)));
        });
        setup.Middleware = app => app.UseRouting().UseRateLimiter();
        setup.PageEndpoints = pages => _ = policyInstance ? pages.RequireRateLimiting(new FewRequests()) : pages.RequireRateLimiting(Few);
        setup.Endpoints = app =>
        {
            app.MapMyProcesses().RequireRateLimiting(new FewRequests());
            app.MapJobs().RequireRateLimiting(new FewRequests());
        };
    }

    private static FixedWindowRateLimiterOptions Window() => new() { PermitLimit = Permits, Window = TimeSpan.FromHours(1) };

    private sealed class FewRequests : IRateLimiterPolicy<string>
    {
        public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => null;

        public RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetFixedWindowLimiter("all", _ => Window());
    }
}
