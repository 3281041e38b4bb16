using System.Net;
using System.Text.Json;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Scripts;

/// <summary>The status that a script polls.</summary>
public class StatusTests
{
    private static readonly (string, string) Json = ("Accept", "application/json");

    [Fact]
    public async Task Status_OverTheLifeOfAProcess_IsWhatAzuresClientsRead()
    {
        await using var run = await HeldRun.StartAsync();

        var live = await ReadAsync(run);
        live.GetProperty("status").GetString().ShouldBe("Running");
        live.GetProperty("percentComplete").ValueKind.ShouldBe(JsonValueKind.Null);
        live.GetProperty("resourceLocation").ValueKind.ShouldBe(JsonValueKind.Null);
        live.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        live.GetProperty("createdDateTime").GetDateTimeOffset().ShouldBe((await run.Site.Processes.GetStatusAsync(run.Submitted.Id))!.CreatedAt);

        run.Process.ReportProgress(42.5);
        (await ReadAsync(run)).GetProperty("percentComplete").GetDouble().ShouldBe(42.5);

        run.Gate.Open();
        await run.Submitted.EndAsync();
        var ended = await ReadAsync(run);
        ended.GetProperty("status").GetString().ShouldBe("Succeeded");
        ended.GetProperty("percentComplete").GetDouble().ShouldBe(100);
        ended.GetProperty("resourceLocation").GetString().ShouldBe($"{new Uri(run.Site.Root, run.Submitted.Result)}&format=json");
    }

    [Theory]
    [InlineData(false, "Failed", "Failed", HttpStatusCode.Conflict)]
    [InlineData(true, "Canceled", "Canceled", HttpStatusCode.Gone)]
    public async Task Status_OfWhatHasNoResult_SaysWhy(bool cancels, string status, string code, HttpStatusCode statusOfResult)
    {
        await using var run = await HeldRun.StartAsync(configure: setup => Fail(setup, cancels));
        if (cancels)
            await run.Site.Processes.CancelAsync(run.Submitted.Id);
        else
            run.Gate.Open();
        await run.Submitted.EndAsync();

        var ended = await ReadAsync(run);
        ended.GetProperty("status").GetString().ShouldBe(status);
        using var result = await run.Browser.GetAsync(ended.GetProperty("resourceLocation").GetString()!);
        var problem = await result.JsonAsync(statusOfResult);
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("reference").GetString().ShouldBe(run.Submitted.Id.Reference);
        if (cancels)
        {
            ended.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
            return;
        }

        var error = ended.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("message").GetString().ShouldBe(problem.GetProperty("detail").GetString());
        error.GetProperty("reference").GetString().ShouldBe(run.Submitted.Id.Reference);
    }

    [Fact]
    public async Task RetryAfter_IsThereWhileTheProcessIsLive()
    {
        await using var run = await HeldRun.StartAsync();

        using (var live = await run.Browser.GetAsync(run.Submitted.Completed, Json))
            live.Header("Retry-After").ShouldBe("1");
        run.Gate.Open();
        await run.Submitted.EndAsync();

        using var ended = await run.Browser.GetAsync(run.Submitted.Completed, Json);
        ended.Header("Retry-After").ShouldBeNull();
    }

    [Fact]
    public async Task ETag_OfWhatAScriptHas_Is304UntilSomethingChanges()
    {
        await using var run = await HeldRun.StartAsync();
        using var first = await run.Browser.GetAsync(run.Submitted.Completed, Json);
        var tag = first.Header("ETag").ShouldNotBeNull();

        using (var same = await run.Browser.GetAsync(run.Submitted.Completed, Json, ("If-None-Match", $"\"other\", {tag}")))
        {
            (await same.TextAsync(HttpStatusCode.NotModified)).ShouldBeEmpty();
            same.Header("ETag").ShouldBe(tag);
            same.Header("Retry-After").ShouldBe("1");
        }

        run.Process.ReportProgress(10);
        using var changed = await run.Browser.GetAsync(run.Submitted.Completed, Json, ("If-None-Match", tag));
        (await changed.JsonAsync(HttpStatusCode.OK)).GetProperty("percentComplete").GetDouble().ShouldBe(10);
        changed.Header("ETag").ShouldNotBe(tag);
    }

    [Fact]
    public async Task ETag_OfAWaitingPagesPoll_DiffersFromAScripts()
    {
        await using var run = await HeldRun.StartAsync();
        using var script = await run.Browser.GetAsync(run.Submitted.Completed, Json);

        using var poll = await run.PollAsync(await run.PollAddressAsync());

        poll.Header("ETag").ShouldNotBeNull().ShouldNotBe(script.Header("ETag"));
    }

    [Fact]
    public async Task Wait_WithWhatTheScriptHas_LastsUntilThereIsNews()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.PollHold = TimeSpan.FromSeconds(20));
        using var first = await run.Browser.GetAsync(run.Submitted.Completed, Json);
        var tag = first.Header("ETag")!;
        run.Process.ReportProgress(10);

        // News since then is told at once, where a script without a tag would wait for more.
        using var behind = await run.Browser.GetAsync(run.Submitted.Completed, Json, ("If-None-Match", tag), ("Prefer", "wait=20"));
        behind.StatusCode.ShouldBe(HttpStatusCode.OK);
        behind.Header("Preference-Applied").ShouldBeNull();

        var waiting = run.Browser.GetAsync(run.Submitted.Completed, Json, ("If-None-Match", behind.Header("ETag")!), ("Prefer", "wait=20"));
        await Eventually.BeTrueAsync(() => run.Site.Services.GetRequiredService<global::AsyncViews.Progress.HeldPolls>().Count == 1, "a held poll");
        run.Process.ReportProgress(20);
        using var news = await waiting;
        (await news.JsonAsync(HttpStatusCode.OK)).GetProperty("percentComplete").GetDouble().ShouldBe(20);
        news.Header("Preference-Applied").ShouldBe("wait=20");
    }

    /// <summary>A bearer token is accepted for minutes after its time.</summary>
    [Theory]
    [InlineData("-60", HttpStatusCode.OK)]
    [InlineData("10", HttpStatusCode.Unauthorized)]
    public async Task Wait_OfWhoseTicketHasExpired_IsRefusedOnlyIfItDidSoMeanwhile(string lifetime, HttpStatusCode expected)
    {
        var time = Clock.Start();
        await using var site = await ScriptSite.StartAsync(configure: setup => setup.Time = time);
        using var script = site.Site.Browse();
        using var accepted = await script.SendAsync(HttpMethod.Post, "/Report", Browser.Form(("Month", "July")), (ApiKeyHandler.Header, "ann"), Json);
        await site.Started.Soon("a run");
        var poll = script.GetAsync(accepted.Header("Location")!, (ApiKeyHandler.Header, "ann"), (ApiKeyHandler.Lifetime, lifetime), ("Prefer", "wait=20"));
        await Eventually.BeTrueAsync(() => site.Site.Services.GetRequiredService<global::AsyncViews.Progress.HeldPolls>().Count == 1, "a held poll");

        time.Advance(TimeSpan.FromSeconds(15));
        await site.Site.Processes.CancelAsync(site.Runs.Single());

        using var answer = await poll.Soon("the answer");
        var body = await answer.JsonAsync(expected);
        if (expected == HttpStatusCode.Unauthorized)
            body.GetProperty("type").GetString().ShouldBe("urn:asyncviews:signed-out");
    }

    [Fact]
    public async Task NetsightsStatus_IsNeither304NorForAzure()
    {
        await using var run = await HeldRun.StartAsync();

        using var answer = await run.Browser.GetAsync($"{run.Submitted.Completed}&output_json=1", ("If-None-Match", "*"));

        await answer.JsonAsync(HttpStatusCode.OK);
        answer.Header("ETag").ShouldBeNull();
        answer.Header("Retry-After").ShouldBeNull();
    }

    [Fact]
    public async Task Settings_OfTheApplicationsJson_DoNotChangeIt()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services = services => services.Configure<JsonOptions>(options =>
        {
            options.JsonSerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
            options.JsonSerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.WriteAsString;
        }));

        var status = await ReadAsync(run);

        status.GetProperty("resourceLocation").ValueKind.ShouldBe(JsonValueKind.Null);
        status.GetProperty("version").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Theory]
    [InlineData("/Work?format=json", "/Work?format=json&handler=")]
    [InlineData("/Handled?format=json", "?format=json&process_id=")]
    public async Task Format_OfThePageItself_IsNotTheScripts(string path, string expected)
    {
        await using var run = await HeldRun.StartAsync(path);
        run.Submitted.Processing.ShouldContain(expected);

        using (var waiting = await run.Browser.GetAsync(run.Submitted.Completed))
            waiting.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        using var status = await run.Browser.GetAsync($"{run.Submitted.Completed}&format=json");
        var result = (await status.JsonAsync(HttpStatusCode.OK)).GetProperty("result").GetString();

        result.ShouldBe(run.Submitted.Result);
    }

    private static void Fail(SiteSetup setup, bool cancels)
    {
        if (!cancels)
        {
            var run = setup.Run!;
            setup.Run = async (page, process, token) =>
            {
                await run(page, process, token);
                throw new InvalidOperationException("broken");
            };
        }
    }

    /// <summary>At the address for scripts, as a browser asks.</summary>
    private static async Task<JsonElement> ReadAsync(HeldRun run)
    {
        using var answer = await run.Browser.GetAsync($"{run.Submitted.Completed}&format=json");
        return await answer.JsonAsync(HttpStatusCode.OK);
    }
}
