using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Jobs from their scheduling to their result.</summary>
public class JobTests
{
    [Fact]
    public async Task Job_WithAResult_RunsAndKeepsIt()
    {
        await using var site = await JobSite.StartAsync((text, process, _) =>
        {
            process.ReportProgress(50, "halfway");
            return Task.FromResult<object?>(new[] { text, process.Attempt.ToString(CultureInfo.InvariantCulture) });
        });

        var id = await site.Jobs().ScheduleAsync(new Order("tea & \"biscuits\" ☕"));

        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Succeeded),
            status => status.Type.ShouldBe(ProcessType.OfJob("order")),
            status => status.Title.ShouldBe("Order"),
            status => status.Type.IsJob.ShouldBeTrue(),
            status => status.Priority.ShouldBe(5),
            status => status.Progress.Message.ShouldBe("halfway"));
        (await site.Processes.GetResultAsync<string[]>(id)).ShouldBe(["tea & \"biscuits\" ☕", "1"]);
        await using var result = await site.Processes.OpenResultAsync(id);
        result.ShouldNotBeNull().Headers["Content-Type"].ToString().ShouldBe("application/json");
    }

    [Fact]
    public async Task Job_WithoutAResult_Succeeds()
    {
        await using var site = await JobSite.StartAsync();

        var id = await site.Jobs().ScheduleAsync(new Errand(7));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        (await site.Processes.GetResultAsync<string>(id)).ShouldBeNull();
        site.Services.GetRequiredService<JobScript>().Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Schedule_OfArgumentsThatAreNoJson_IsRefusedAtTheCall()
    {
        await using var site = await JobSite.StartAsync();

        var refused = await Should.ThrowAsync<ArgumentException>(() => site.Jobs().ScheduleAsync(new Order("x", typeof(string))));

        refused.Message.ShouldContain("order");
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedule_OfWhatNoJobTakes_SaysHowToRegisterOne()
    {
        await using var site = await JobSite.StartAsync();

        (await Should.ThrowAsync<InvalidOperationException>(() => site.Jobs().ScheduleAsync(new Orphan(1)))).Message.ShouldContain("AddJob<YourJob>");
    }

    [Fact]
    public async Task Result_ThatIsNoJson_FailsTheJobWithThatReason()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => Task.FromResult<object?>(typeof(string)));

        var id = await site.Jobs().ScheduleAsync(new Order("x"));

        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Failed),
            status => status.Reason.ShouldBe(ProcessReason.ResultNotKept),
            status => status.Error.ShouldNotBeNull().ShouldContain("cannot be serialised"));
    }

    [Fact]
    public async Task Result_InFields_IsKept()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => Task.FromResult<object?>((Count: 3, Name: "rows")));

        var id = await site.Jobs().ScheduleAsync(new Order("x"));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        (await site.Processes.GetResultAsync<(int Count, string Name)>(id)).ShouldBe((3, "rows"));
    }

    /// <summary>Its own members would be lost.</summary>
    [Fact]
    public async Task Result_OfADerivedType_FailsTheJobWithThatReason()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => Task.FromResult<object?>(new Shapes { First = new Circle { Radius = 2 } }));

        var id = await site.Jobs().ScheduleAsync(new Order("x"));

        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Failed),
            status => status.Reason.ShouldBe(ProcessReason.ResultNotKept),
            status => status.Error.ShouldNotBeNull().ShouldContain("JsonDerivedType"));
    }

    /// <summary>Only bodies are refused for want of room: work that is done cannot be sent again.</summary>
    [Fact]
    public async Task Result_WhileTheStoreCannotTellItsLoad_IsKept()
    {
        var time = Clock.Start();
        var gate = new Gate();
        await using var site = await JobSite.StartAsync(
            async (_, _, cancellationToken) =>
            {
                await gate.PassAsync(cancellationToken);
                return "done";
            },
            setup => (setup.Time, setup.Services) = (time, CountingStore.Install));
        var id = await site.Jobs().ScheduleAsync(new Order("x"));
        await gate.Entered;

        CountingStore.Of(site).Fails = nameof(IProcessStore.GetLoadAsync);
        time.Advance(TimeSpan.FromSeconds(5));
        gate.Open();

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        (await site.Processes.GetResultAsync<string>(id)).ShouldBe("done");
    }

    [Fact]
    public async Task Result_AboveTheLimit_FailsTheJobWithThatReason()
    {
        await using var site = await JobSite.StartAsync(
            (_, _, _) => Task.FromResult<object?>(new string('x', 2000)), setup => setup.Options = options => options.MaxResultBytes = 1000);

        var id = await site.Jobs().ScheduleAsync(new Order("x"));

        (await site.EndOfAsync(id)).Reason.ShouldBe(ProcessReason.ResultTooLarge);
    }

    [Fact]
    public async Task Result_ThatThrowsWhenItIsWritten_DoesNotDoTheWorkAgain()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => Task.FromResult<object?>(new Broken()));

        var id = await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { MaxAttempts = 3 });

        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Failed),
            status => status.Reason.ShouldBe(ProcessReason.ResultNotShown),
            status => status.Attempt.ShouldBe(1));
        site.Services.GetRequiredService<JobScript>().Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Job_ThatThrows_FailsWithItsStackAndCanBeSentAgain()
    {
        var isBroken = true;
        await using var site = await JobSite.StartAsync((text, _, _) => isBroken ? throw new ArithmeticException("broken") : Task.FromResult<object?>(text));
        var id = await site.Jobs().ScheduleAsync(new Order("kept"));
        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Failed),
            status => status.Error.ShouldNotBeNull().ShouldContain("   at "));

        isBroken = false;
        var again = await site.Processes.SendAgainAsync(id);

        await site.EndOfAsync(again.Id.ShouldNotBeNull());
        (await site.Processes.GetResultAsync<string>(again.Id.Value)).ShouldBe("kept");
    }

    [Fact]
    public async Task Job_OfANameThatNothingRuns_StaysQueuedAndIsVisible()
    {
        await using var site = await JobSite.StartAsync(configure: setup => setup.Services = services => services.AddHealthChecks().AddAsyncViews());
        var store = site.Services.GetRequiredService<IProcessStore>();
        var id = ProcessId.New();
        await using (var body = store.CreateContent())
            await store.AddAsync(new NewProcess { Id = id, Type = ProcessType.OfJob("retired"), Owner = "nobody", Submission = default, Body = body });

        // A job that is known is not held up by it.
        await site.EndOfAsync(await site.Jobs().ScheduleAsync(new Errand(1)));

        (await site.Processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Queued);
        var health = await site.Services.GetRequiredService<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService>().CheckHealthAsync();
        health.Entries["asyncviews"].Description.ShouldNotBeNull().ShouldContain("job:retired");
    }

    [Fact]
    public async Task Jobs_OfDifferentPriority_StartHigherFirstPagesAmongThem()
    {
        var gate = new Gate();
        var order = new ConcurrentQueue<string>();
        await using var site = await JobSite.StartAsync(
            async (text, _, token) =>
            {
                order.Enqueue(text);
                if (text == "first")
                    await gate.PassAsync(token);
                return null;
            },
            setup =>
            {
                setup.Options = options => options.MaxConcurrentRuns = 1;
                setup.Run = (page, _, _) =>
                {
                    order.Enqueue("page");
                    return Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(page.Page());
                };
            });
        await site.Jobs().ScheduleAsync(new Order("first"));
        await gate.Entered;
        using var browser = site.Browse();

        await site.Jobs().ScheduleAsync(new Order("low"), new ScheduleOptions { Priority = 4 });
        var page = await browser.SubmitAsync("/Work");
        var last = await site.Jobs().ScheduleAsync(new Order("plain"));
        await site.Jobs().ScheduleAsync(new Order("high"), new ScheduleOptions { Priority = 6 });
        (await site.Processes.GetStatusAsync(last))!.Position.ShouldBe(3);
        gate.Open();

        await page.EndAsync();
        await Eventually.BeTrueAsync(() => order.Count == 5, "all five to run");
        order.ShouldBe(["first", "high", "page", "plain", "low"]);
    }

    [Fact]
    public async Task Job_OfASignedInRequest_RunsAsItsUserInItsLanguage()
    {
        await using var site = await JobSite.StartAsync(
            (_, process, _) => Task.FromResult<object?>($"{process.User.FindFirstValue(ClaimTypes.Name)} {CultureInfo.CurrentCulture.Name}"),
            setup => setup.Endpoints = app => app.MapGet("/order", (IJobScheduler jobs) => jobs.ScheduleAsync(new Order("x"))));
        using var ann = site.Browse();
        await ann.SignInAsync("ann");

        using var answer = await ann.GetAsync("/order", ("Accept-Language", "de-DE"));

        var id = (await site.Processes.ListAllAsync()).ShouldHaveSingleItem().Id;
        await site.EndOfAsync(id);
        (await site.Processes.GetResultAsync<string>(id)).ShouldBe("ann de-DE");
    }

    [Fact]
    public async Task Job_WithAnOwner_RunsAsThem()
    {
        await using var site = await JobSite.StartAsync((_, process, _) => Task.FromResult<object?>(process.User.Identity!.Name));
        var bob = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "id-bob"), new Claim(ClaimTypes.Name, "bob")], "test"));

        var id = await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { Owner = bob });

        await site.EndOfAsync(id);
        (await site.Processes.GetResultAsync<string>(id)).ShouldBe("bob");
        await Should.ThrowAsync<ArgumentException>(() => site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { Owner = new ClaimsPrincipal(new ClaimsIdentity()) }));
    }

    /// <summary>Two people have one name, and one of them has sent nothing for long.</summary>
    [Fact]
    public async Task ListByUser_WithMetadata_FindsWhatIsOldToo()
    {
        await using var site = await JobSite.StartAsync();
        ProcessId[] ids = [await ScheduleAsync("old", "7"), await ScheduleAsync("old", "8")];
        for (var number = 0; number < 600; number++)
            await ScheduleAsync("busy", "8");
        var newest = await ScheduleAsync("busy", "7");
        await ScheduleAsync("other", "7", name: "bob");

        (await ListAsync(50)).ShouldBe([newest, ids[0]]);
        (await ListAsync(1)).ShouldBe([newest]);
        (await site.Processes.ListByUserAsync("ann", new ProcessQuery { Metadata = new("shop", "7"), After = newest })).Select(status => status.Id).ShouldBe([ids[0]]);
        (await site.Processes.ListByUserAsync("ann", new ProcessQuery { Count = 1000 })).Count.ShouldBe(603);

        async Task<IEnumerable<ProcessId>> ListAsync(int count) => (await site.Processes.ListByUserAsync("ann", new ProcessQuery { Metadata = new("shop", "7"), Count = count })).Select(status => status.Id);

        Task<ProcessId> ScheduleAsync(string who, string shop, string name = "ann") => site.Jobs().ScheduleAsync(new Errand(1), new ScheduleOptions
        {
            Owner = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, who), new Claim(ClaimTypes.Name, name)], "test")),
            Metadata = new Dictionary<string, string> { ["shop"] = shop },
        });
    }

    [Fact]
    public async Task Job_StartedByAJob_RunsAsTheSameUser()
    {
        Site? running = null;
        var inner = new TaskCompletionSource<ProcessId>();
        await using var site = await JobSite.StartAsync(async (text, process, token) =>
        {
            if (text == "outer")
                inner.SetResult(await running!.Jobs().ScheduleAsync(new Order("inner"), cancellationToken: token));
            return process.User.Identity!.Name;
        });
        running = site;
        var bob = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "id-bob"), new Claim(ClaimTypes.Name, "bob")], "test"));

        await site.Jobs().ScheduleAsync(new Order("outer"), new ScheduleOptions { Owner = bob });

        var id = await inner.Task.Soon("the inner job");
        await site.EndOfAsync(id);
        (await site.Processes.GetResultAsync<string>(id)).ShouldBe("bob");
    }

    [Fact]
    public async Task Job_OfAUserWhoIsNoneAnyMore_IsNotStarted()
    {
        await using var site = await JobSite.StartAsync(configure: setup =>
            setup.Options = options => options.RevalidateUserAsync = context => ValueTask.FromResult(context.User.Identity!.Name != "bob"));
        var bob = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "id-bob"), new Claim(ClaimTypes.Name, "bob")], "test"));

        var id = await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { Owner = bob });

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Failed);
        site.Services.GetRequiredService<JobScript>().Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Progress_FromDeepWithinAJob_IsTheJobs()
    {
        var gate = new Gate();
        Site? running = null;
        await using var site = await JobSite.StartAsync(async (_, _, token) =>
        {
            await using var scope = running!.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Clerk>().WorkAsync(12.5, "deep");
            await gate.PassAsync(token);
            return null;
        });
        running = site;

        var id = await site.Jobs().ScheduleAsync(new Order("x"));
        await gate.Entered;

        (await site.Processes.GetStatusAsync(id))!.Progress.ShouldBe(new ProcessProgress(12.5, "deep"));
        gate.Open();
    }

    [Fact]
    public async Task Metadata_OfAJob_IsInItsStatus()
    {
        await using var site = await JobSite.StartAsync();

        var id = await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { Title = "Tea", Metadata = new Dictionary<string, string> { ["table"] = "4" } });

        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(status => status.Title.ShouldBe("Tea"), status => status.Metadata["table"].ShouldBe("4"));
    }

    [Fact]
    public async Task Metadata_OfAJob_FindsItAndWhatIsSentAgain()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => throw new ArithmeticException());
        var options = new ScheduleOptions { Metadata = new Dictionary<string, string> { ["table"] = "4" } };
        var first = await site.Jobs().ScheduleAsync(new Order("x"), options);
        await site.Jobs().ScheduleAsync(new Order("x"), options with { Metadata = new Dictionary<string, string> { ["table"] = "5" } });
        await site.EndOfAsync(first);

        var again = (await site.Processes.SendAgainAsync(first)).Id.ShouldNotBeNull();

        (await site.Processes.ListAllAsync(new ProcessQuery { Metadata = new("table", "4") })).Select(status => status.Id).ShouldBe([again, first]);
        Should.Throw<ArgumentException>(() => new ProcessQuery { Metadata = default(KeyValuePair<string, string>) });
    }

    public static TheoryData<string, Dictionary<string, string>> TooMuchMetadata => new()
    {
        { "33 entries", Enumerable.Range(0, 33).ToDictionary(number => $"{number}", _ => "") },
        { "0 characters", new() { [""] = "x" } },
        { "101 characters", new() { [new('k', 101)] = "x" } },
        { "'k' is too long", new() { ["k"] = new('v', 1001) } },
        { "'k' is null", new() { ["k"] = null! } },
    };

    [Theory, MemberData(nameof(TooMuchMetadata))]
    public async Task Metadata_BeyondItsLimits_IsRefusedAtOnce(string reason, Dictionary<string, string> metadata)
    {
        await using var site = await JobSite.StartAsync();

        (await Should.ThrowAsync<ArgumentException>(() => site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { Metadata = metadata }))).Message.ShouldContain(reason);

        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task TestJob_AfterItsDuration_HasComputed46()
    {
        await using var site = await JobSite.StartAsync();

        var id = await site.Jobs().StartTestJobAsync(TimeSpan.FromMilliseconds(20));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        (await site.Processes.GetResultAsync<int>(id)).ShouldBe(46);
    }

    /// <summary>A result that takes longer to make than its scope lives, say.</summary>
    private sealed class Broken
    {
        private readonly string _problem = "too late";

        public string Name => throw new ArithmeticException(_problem);
    }

    private class Shape
    {
        public string Name { get; init; } = "";
    }

    private sealed class Circle : Shape
    {
        public double Radius { get; init; }
    }

    private sealed class Shapes
    {
        public Shape? First { get; init; }
    }
}
