using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Jobs as code and as their owner follow them.</summary>
public sealed class FollowingTests
{
    private readonly Gate _gate = new();

    [Fact]
    public async Task Watch_OfAJob_TellsEveryStateAndItsProgressUntilTheEnd()
    {
        await using var site = await StartAsync();
        var id = await site.Jobs().ScheduleAsync(new Order("watched"));
        await _gate.Entered;

        var seen = new List<string>();
        await foreach (var status in site.Processes.WatchAsync(id))
        {
            seen.Add($"{status.State} {status.Progress.Percent}".Trim());
            _gate.Open();
        }

        seen[0].ShouldBe("Running 25");
        seen[^1].ShouldBe("Succeeded 100");
        await foreach (var status in site.Processes.WatchAsync(ProcessId.New()))
            status.ShouldBeNull();
    }

    [Fact]
    public async Task Wait_ForTheEnd_TellsIt()
    {
        await using var site = await StartAsync();
        var id = await site.Jobs().ScheduleAsync(new Order("awaited"));

        var waiting = site.Processes.WaitAsync(id, TimeSpan.FromMinutes(1));
        await _gate.Entered;
        waiting.IsCompleted.ShouldBeFalse();
        _gate.Open();

        (await waiting.Soon("the end")).ShouldNotBeNull().State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Owner_OverHttp_WatchesCancelsAndOpensTheJobAndNobodyElseDoes()
    {
        await using var site = await StartAsync(setup => setup.Time = Clock.Start());
        using var ann = site.Browse();
        using var eve = site.Browse();
        var id = ProcessId.Parse((await (await ann.GetAsync("/order")).TextAsync(HttpStatusCode.OK)).Trim('"'));
        await _gate.Entered;

        var waiting = await ann.OpenAsync($"/processes/processing?process_id={id}");
        waiting.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Order");
        waiting.QuerySelector("progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("25");
        var poll = waiting.QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
        (await ann.GetAsync(poll, ("HX-Request", "true"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var json = await (await ann.GetAsync($"/processes/completed?process_id={id}", ("Accept", "application/json"))).JsonAsync(HttpStatusCode.OK);
        json.GetProperty("state").GetString().ShouldBe("running");
        (await ann.GetAsync($"/processes/result?process_id={id}")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        foreach (var handler in (string[])["processing", "completed", "result"])
            (await eve.GetAsync($"/processes/{handler}?process_id={id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.GetAsync("/processes")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.SendAsync(HttpMethod.Post, $"/processes/result?process_id={id}", null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await ann.GetAsync($"/Work?handler=completed&process_id={id}", ("Accept", "application/json"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        _gate.Open();
        await site.EndOfAsync(id);
        using var ended = await ann.GetAsync(poll, ("HX-Request", "true"));
        (await ended.EndAddressAsync()).ShouldBe($"/processes/result?process_id={id}");
        (await (await ann.GetAsync($"/processes/result?process_id={id}", ("Accept", "application/json"))).JsonAsync(HttpStatusCode.OK)).GetString().ShouldBe("made");
        var page = await (await ann.GetAsync($"/processes/result?process_id={id}", ("Accept", "text/html"))).DocumentAsync(HttpStatusCode.OK);
        page.QuerySelector("#layout").ShouldNotBeNull();
        page.QuerySelector("pre").ShouldNotBeNull().TextContent.ShouldBe("\"made\"");
        page.QuerySelector(".av-page a").ShouldBeNull();
    }

    [Fact]
    public async Task Cancel_OverHttp_NeedsATokenAndStopsTheJob()
    {
        await using var site = await StartAsync();
        using var ann = site.Browse();
        var id = ProcessId.Parse((await (await ann.GetAsync("/order")).TextAsync(HttpStatusCode.OK)).Trim('"'));
        await _gate.Entered;
        var waiting = await ann.OpenAsync($"/processes/processing?process_id={id}");
        var address = waiting.QuerySelector("form[action*=cancel]").ShouldNotBeNull().GetAttribute("action").ShouldNotBeNull();

        (await ann.SendAsync(HttpMethod.Post, address, Browser.Form())).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var answer = await ann.SendAsync(HttpMethod.Post, address, Browser.Form(("__RequestVerificationToken", Browser.TokenIn(waiting))));

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Canceled);
        (await ann.OpenAsync($"/processes/result?process_id={id}")).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Canceled");
    }

    [Fact]
    public async Task SendAgain_OfAJobByItsOwner_IsBoundByTheirLimitAndStaysCallable()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => throw new ArithmeticException(), setup =>
        {
            setup.Options = options => options.MaxLiveProcessesPerOwner = 1;
            setup.Endpoints = app =>
            {
                app.MapJobs();
                app.MapGet("/order", async (IJobScheduler jobs) => (await jobs.ScheduleAsync(new Order("x"))).ToString());
            };
        });
        using var ann = site.Browse();
        var id = ProcessId.Parse((await (await ann.GetAsync("/order")).TextAsync(HttpStatusCode.OK)).Trim('"'));
        await site.EndOfAsync(id);
        var script = site.Services.GetRequiredService<JobScript>();
        script.Run = (_, _, token) => _gate.PassAsync(token).ContinueWith(_ => (object?)null, token, TaskContinuationOptions.None, TaskScheduler.Default);

        (await SendAsync()).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var refused = await (await SendAsync()).DocumentAsync(HttpStatusCode.TooManyRequests);
        refused.QuerySelector("a[href='']").ShouldBeNull("a job has no form");

        async Task<HttpResponseMessage> SendAsync()
        {
            var failed = await (await ann.GetAsync($"/processes/result?process_id={id}")).DocumentAsync(HttpStatusCode.InternalServerError);
            return await ann.SendAsync(HttpMethod.Post, $"/processes/again?process_id={id}", Browser.Form(("__RequestVerificationToken", Browser.TokenIn(failed))));
        }
    }

    [Fact]
    public async Task Poll_OfAJobWhoseOwnerIsSignedOutByNow_ReloadsInsteadOfShowingTheLogin()
    {
        await using var site = await StartAsync(setup => setup.Endpoints = app =>
        {
            app.MapJobs("/jobs").RequireAuthorization();
            app.MapGet("/order", async (IJobScheduler jobs) => (await jobs.ScheduleAsync(new Order("x"))).ToString());
        });
        using var ann = site.Browse();
        await ann.SignInAsync("ann");
        var id = ProcessId.Parse((await (await ann.GetAsync("/order")).TextAsync(HttpStatusCode.OK)).Trim('"'));
        await _gate.Entered;
        var poll = (await ann.OpenAsync($"/jobs/processing?process_id={id}")).QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();

        await ann.SignOutAsync();
        using var answer = await ann.GetAsync(poll, ("HX-Request", "true"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Header("HX-Refresh").ShouldBe("true");
        _gate.Open();
    }

    [Fact]
    public async Task Job_StartedByAPagesRun_BelongsToWhoSubmittedThePageAndIsShownInAnother()
    {
        ProcessId? job = null;
        await using var site = await StartAsync(setup => setup.Run = async (page, _, token) =>
        {
            job = await page.HttpContext.RequestServices.GetRequiredService<IJobScheduler>().ScheduleAsync(new Order("from a page"), cancellationToken: token);
            return page.Page();
        });
        using var ann = site.Browse();
        using var eve = site.Browse();

        await (await ann.SubmitAsync("/Work")).EndAsync();
        await _gate.Entered;

        (await ann.OpenAsync($"/Embedding?id={job}")).QuerySelector($"#av-poll-{job}").ShouldNotBeNull()
            .GetAttribute("data-hx-get").ShouldNotBeNull().ShouldStartWith($"/processes/completed?process_id={job}");
        (await eve.OpenAsync($"/Embedding?id={job}")).QuerySelector($"#av-poll-{job}").ShouldBeNull();
        _gate.Open();
    }

    private Task<Site> StartAsync(Action<SiteSetup>? configure = null) => JobSite.StartAsync(
        async (_, process, token) =>
        {
            process.ReportProgress(25);
            await _gate.PassAsync(token);
            process.ReportProgress(75);
            return "made";
        },
        setup =>
        {
            setup.Endpoints = app =>
            {
                app.MapJobs();
                app.MapGet("/order", async (IJobScheduler jobs) => (await jobs.ScheduleAsync(new Order("x"))).ToString());
            };
            configure?.Invoke(setup);
        });
}
