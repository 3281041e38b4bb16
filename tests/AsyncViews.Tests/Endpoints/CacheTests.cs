using System.Net;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The application's caches: what is of one process is for its owner alone, now.</summary>
public sealed class CacheTests
{
    public static TheoryData<string> Caches => ["base policy", "policy of the pages", "attribute of the pages", "no query", "response caching"];

    [Theory]
    [MemberData(nameof(Caches))]
    public async Task Answers_AboutAProcess_AreNeverKept(string kind)
    {
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            Cache(setup, kind);
            var run = setup.Run!;
            setup.Run = async (page, process, token) =>
            {
                var result = await run(page, process, token);
                page.Response.Headers.CacheControl = "public, max-age=60";
                return result;
            };
        });
        using var stranger = run.Site.Browse();
        var handlers = (string[])["processing", "completed", "result"];
        await run.Browser.OpenAsync(run.Submitted.Processing);
        foreach (var percent in (int[])[10, 20])
        {
            run.Process.ReportProgress(percent);
            (await run.Browser.OpenAsync(run.Submitted.Processing)).QuerySelector("progress")!.GetAttribute("value").ShouldBe($"{percent}");
            (await (await run.PollAsync(run.Submitted.Completed)).DocumentAsync(HttpStatusCode.OK)).QuerySelector("progress")!.GetAttribute("value").ShouldBe($"{percent}");
            (await run.Submitted.StatusAsync()).GetProperty("completed").GetInt32().ShouldBe(percent);
            (await run.Browser.OpenAsync("/my-processes")).QuerySelector("progress")!.GetAttribute("value").ShouldBe($"{percent}");
        }

        await ShouldBeUnknownAsync();
        run.Gate.Open();
        await run.Submitted.EndAsync();

        (await run.Browser.GetAsync(run.Submitted.Processing)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await (await run.PollAsync(run.Submitted.Completed)).EndAddressAsync()).ShouldNotBeNull();
        for (var time = 0; time < 2; time++)
        {
            using var result = await run.Browser.GetAsync(run.Submitted.Result);
            result.StatusCode.ShouldBe(HttpStatusCode.OK);
            result.Header("Cache-Control").ShouldBe("no-store");
            result.Header("Age").ShouldBeNull();
        }

        await ShouldBeUnknownAsync();
        (await stranger.OpenAsync("/my-processes")).QuerySelector("table").ShouldBeNull();

        async Task ShouldBeUnknownAsync()
        {
            foreach (var handler in handlers)
            {
                (await stranger.GetAsync(run.Submitted.At(handler))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
                (await stranger.GetAsync(run.Submitted.At(handler), ("HX-Request", "true"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            }
        }
    }

    /// <summary>People who get it from a shared cache would all be the same owner.</summary>
    [Theory]
    [InlineData("public, max-age=60", false)]
    [InlineData("max-age=60", false)]
    [InlineData("s-maxage=60", false)]
    [InlineData("public", false)]
    [InlineData("private, max-age=60", true)]
    [InlineData("no-store", true)]
    [InlineData("max-age=0", true)]
    [InlineData(null, true)]
    public async Task Form_ThatOthersMayKeep_BringsNoOwner(string? cacheControl, bool bringsOwner)
    {
        await using var site = await Site.StartAsync(setup => setup.Middleware = app => app.Use(next => context =>
        {
            if (HttpMethods.IsGet(context.Request.Method))
                context.Response.Headers.CacheControl = cacheControl;
            return next(context);
        }));
        using var browser = site.Browse();

        using var form = await browser.GetAsync("/Tokenless");

        form.StatusCode.ShouldBe(HttpStatusCode.OK);
        BringsOwner(form).ShouldBe(bringsOwner);
        using var submitted = (await browser.PostAsync("/Tokenless", Browser.Form(("Name", "Ada")))).Response;
        BringsOwner(submitted).ShouldBeTrue();
        submitted.Header("Cache-Control").ShouldBe("no-store");

        static bool BringsOwner(HttpResponseMessage response) =>
            response.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("AsyncViews.Owner", StringComparison.Ordinal));
    }

    /// <summary>The first has all cookies by then: nothing in the answer itself keeps it from the cache.</summary>
    [Theory]
    [InlineData("base policy")]
    [InlineData("policy of the pages")]
    [InlineData("no query")]
    public async Task Form_OfAPage_IsItsPersons(string kind)
    {
        await using var site = await Site.StartAsync(setup => Cache(setup, kind));
        using var ann = site.Browse();
        using var eve = site.Browse();
        await ann.OpenAsync("/Work");
        await ann.OpenAsync("/Work");

        (await eve.SubmitAsync("/Work")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    /// <summary>A page without tokens may be cached as any other; its processes are not found in what is kept of it.</summary>
    [Fact]
    public async Task Process_OfACachedForm_IsNotThatForm()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => Cache(setup, "no query"));
        await run.Browser.OpenAsync("/Tokenless");
        var kept = await run.Browser.GetAsync("/Tokenless");
        kept.Header("Age").ShouldNotBeNull();
        run.Gate.Open();
        var submitted = await run.Browser.PostAsync("/Tokenless", Browser.Form());

        (await submitted.EndAsync()).ShouldBe("succeeded");

        (await run.Browser.GetAsync(submitted.Processing)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await (await run.PollAsync(submitted.Completed)).EndAddressAsync()).ShouldBe(submitted.Result);
    }

    [Fact]
    public async Task Jobs_OfAnOwner_AreNeverKept()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => Task.FromResult<object?>("made"), setup =>
        {
            Cache(setup, "base policy");
            setup.Endpoints += app => app.MapGet("/order", async (IJobScheduler jobs) => (await jobs.ScheduleAsync(new Order("x"))).ToString());
        });
        using var ann = site.Browse();
        using var eve = site.Browse();
        var id = ProcessId.Parse((await (await ann.SendAsync(HttpMethod.Get, "/order", null)).TextAsync(HttpStatusCode.OK)).Trim('"'));
        await site.EndOfAsync(id);

        for (var time = 0; time < 2; time++)
            await ann.OpenAsync($"/processes/result?process_id={id}");

        (await eve.GetAsync($"/processes/result?process_id={id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>The cache has one of two requests to the same address wait for the other.</summary>
    [Fact]
    public async Task HeldPoll_UnderAnOutputCache_KeepsNoOtherWaiting()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            Cache(setup, "base policy");
            setup.Time = time;
            setup.Options = options => options.PollHold = TimeSpan.FromSeconds(20);
        });
        var address = await run.PollAddressAsync();
        var held = run.PollAsync(address);
        var polls = run.Site.Services.GetRequiredService<AsyncViews.Progress.HeldPolls>();
        await Eventually.BeTrueAsync(() => polls.Count == 1, "a held poll");

        var second = run.PollAsync(address);

        await Eventually.BeTrueAsync(() => polls.Count == 2, "another");
        run.Gate.Open();
        await Task.WhenAll(held, second);
    }

    private static void Cache(SiteSetup setup, string kind)
    {
        setup.Services = services =>
        {
            services.AddResponseCaching();
            services.AddOutputCache(options =>
            {
                if (kind == "base policy")
                    options.AddBasePolicy(policy => policy.Expire(TimeSpan.FromMinutes(5)));
                else if (kind == "no query")
                    options.AddBasePolicy(policy => policy.Expire(TimeSpan.FromMinutes(5)).SetVaryByQuery([]));
            });
        };
        setup.Middleware = app =>
        {
            app.UseRouting();
            if (kind == "response caching")
                app.UseResponseCaching();
            else
                app.UseOutputCache();
        };
        setup.PageEndpoints = pages =>
        {
            if (kind == "policy of the pages")
                pages.CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(5)));
            else if (kind == "attribute of the pages")
                pages.WithMetadata(new Microsoft.AspNetCore.OutputCaching.OutputCacheAttribute { Duration = 300 });
        };
        setup.Endpoints = app =>
        {
            app.MapMyProcesses();
            app.MapJobs();
        };
    }
}
