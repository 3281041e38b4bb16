using System.Net;
using System.Text;
using System.Text.Json;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Scripts;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Management;

/// <summary>Scripts do what the operator's pages do: with the same policies, in JSON, described for OpenAPI.</summary>
public sealed class AdminRestTests
{
    private const string Api = AdminSite.Path + "/api";

    private static Task<Site> StartAsync(int requestsPerMinute = 600, Action<CookieAuthenticationOptions>? cookies = null, Action<SiteSetup>? configure = null) => AdminSite.StartAsync(
        (_, _, _) => throw new InvalidOperationException("no paper"),
        (text, _, _) => Task.FromResult<object?>($"done {text}"),
        setup =>
        {
            configure?.Invoke(setup);
            setup.Options += options => (options.AllowTokenlessScripts, options.AdminRequestsPerMinute) = (true, requestsPerMinute);
            var others = setup.Services;
            setup.Services = services =>
            {
                others?.Invoke(services);
                services.AddOpenApi();
                services.AddAuthentication(options => options.DefaultScheme = "either")
                    .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
                    .AddPolicyScheme("either", null, options => options.ForwardDefaultSelector = context =>
                        context.Request.Headers.ContainsKey(ApiKeyHandler.Header) ? ApiKeyHandler.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme);
                if (cookies is not null)
                    services.PostConfigure(CookieAuthenticationDefaults.AuthenticationScheme, cookies);
                services.AddAuthorizationBuilder()
                    .AddPolicy(AsyncViewsPolicies.View, policy => policy.RequireAssertion(context => NameOf(context.User) is "viewer" or "id-viewer" or "robot" or "id-manager"))
                    .AddPolicy(AsyncViewsPolicies.Manage, policy => policy.RequireAssertion(context => NameOf(context.User) is "robot" or "id-manager"));
            };
            var admin = setup.Endpoints!;
            setup.Endpoints = app =>
            {
                admin(app);
                app.MapOpenApi();
            };
        });

    private static string? NameOf(System.Security.Claims.ClaimsPrincipal user) => user.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value;

    [Fact]
    public async Task Group_ForAScript_IsCountedAndEstimated()
    {
        await using var site = await StartAsync();
        using var robot = site.Browse();
        foreach (var number in Enumerable.Range(0, 3))
            await site.EndOfAsync(await site.Jobs().ScheduleAsync(new Order($"{number}"), new ScheduleOptions { Group = $"tea & {number / 2}" }));

        using var found = await SendAsync(robot, HttpMethod.Get, $"{Api}/groups?reference={Uri.EscapeDataString("tea & 1")}");
        var group = await found.JsonAsync(HttpStatusCode.OK);
        using var unknown = await SendAsync(robot, HttpMethod.Get, $"{Api}/groups?reference=coffee");
        using var unnamed = await SendAsync(robot, HttpMethod.Get, $"{Api}/groups");
        using var viewer = await site.BrowseAsAsync("nobody");
        using var refused = await viewer.GetAsync($"{Api}/groups?reference=coffee");

        group.GetProperty("reference").GetString().ShouldBe("tea & 1");
        group.GetProperty("total").GetInt32().ShouldBe(1);
        group.GetProperty("succeeded").GetInt32().ShouldBe(1);
        group.GetProperty("percent").GetDouble().ShouldBe(100);
        group.GetProperty("remainingSeconds").GetDouble().ShouldBe(0);
        group.GetProperty("endedDateTime").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(group.GetProperty("createdDateTime").GetDateTimeOffset());
        (await unknown.JsonAsync(HttpStatusCode.NotFound)).GetProperty("type").GetString().ShouldBe("urn:asyncviews:not-found");
        unnamed.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Script_OfAnOperator_SchedulesFollowsListsAndActs()
    {
        await using var site = await StartAsync();
        using var robot = site.Browse();

        using var accepted = await SendAsync(robot, HttpMethod.Post, $"{Api}/jobs", new { job = "order", arguments = new { text = "tea" }, metadata = new { shop = "7" } });
        var scheduled = await accepted.JsonAsync(HttpStatusCode.Accepted);
        var id = ProcessId.Parse(scheduled.GetProperty("id").GetString()!);
        accepted.Headers.Location!.OriginalString.ShouldBe($"{Api}/processes/{id}");
        accepted.ShouldBePrivate();
        await site.EndOfAsync(id);
        var ended = await GetAsync(robot, $"{Api}/processes/{id}");
        ended.GetProperty("state").GetString().ShouldBe("succeeded");
        ended.GetProperty("status").GetString().ShouldBe("Succeeded");
        ended.GetProperty("type").GetString().ShouldBe("job:order");
        ended.GetProperty("metadata").GetProperty("shop").GetString().ShouldBe("7");
        ended.GetProperty("starts").GetArrayLength().ShouldBe(1);
        (await GetAsync(robot, $"{Api}/processes/{id.Reference}")).GetProperty("id").GetString().ShouldBe(id.ToString());
        using var result = await SendAsync(robot, HttpMethod.Get, ended.GetProperty("result").GetString()!);
        (await result.TextAsync(HttpStatusCode.OK)).ShouldBe("\"done tea\"");
        result.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        result.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("sandbox");

        // A page's failure is sent again, as its user.
        using var alice = await site.BrowseAsAsync("alice");
        var failed = await alice.SubmitAsync("/Work");
        await failed.EndAsync();
        var failure = await GetAsync(robot, $"{Api}/processes/{failed.Id}");
        failure.GetProperty("user").GetString().ShouldBe("alice");
        failure.GetProperty("exception").GetString()!.ShouldContain("no paper");
        using var again = await SendAsync(robot, HttpMethod.Post, $"{Api}/processes/{failed.Id}/retry");
        var retried = await again.JsonAsync(HttpStatusCode.Accepted);
        retried.GetProperty("id").GetString().ShouldNotBe(failed.Id.ToString());
        await site.EndOfAsync(ProcessId.Parse(retried.GetProperty("id").GetString()!));

        // What waits is started, or canceled, or removed.
        var later = await site.Jobs().ScheduleAsync(new Order("later"), new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });
        var never = await site.Jobs().ScheduleAsync(new Order("never"), new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });
        using var now = await SendAsync(robot, HttpMethod.Post, $"{Api}/processes/{later}/run-now");
        now.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await site.EndOfAsync(later)).State.ShouldBe(ProcessState.Succeeded);
        using var canceled = await SendAsync(robot, HttpMethod.Post, $"{Api}/processes/{never}/cancel");
        (await canceled.JsonAsync(HttpStatusCode.Accepted)).GetProperty("state").GetString().ShouldBe("canceled");
        using var twice = await SendAsync(robot, HttpMethod.Post, $"{Api}/processes/{never}/cancel");
        await ShouldBeProblemAsync(twice, HttpStatusCode.Conflict, "urn:asyncviews:not-possible");
        using var none = await SendAsync(robot, HttpMethod.Get, $"{Api}/processes/{never}/result");
        await ShouldBeProblemAsync(none, HttpStatusCode.Conflict, "urn:asyncviews:no-result");

        var first = await GetAsync(robot, $"{Api}/processes?count=2&type=order");
        first.GetProperty("processes").EnumerateArray().Select(process => process.GetProperty("id").GetString()).ShouldBe([never.ToString(), later.ToString()]);
        var second = await GetAsync(robot, first.GetProperty("next").GetString()!);
        second.GetProperty("processes").EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe(id.ToString());
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
        (await GetAsync(robot, $"{Api}/health")).GetProperty("stuck").GetInt32().ShouldBe(0);

        using var removed = await SendAsync(robot, HttpMethod.Delete, $"{Api}/processes/{never}");
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var gone = await SendAsync(robot, HttpMethod.Get, $"{Api}/processes/{never}");
        await ShouldBeProblemAsync(gone, HttpStatusCode.NotFound, "urn:asyncviews:not-found");
        using var unknownJob = await SendAsync(robot, HttpMethod.Post, $"{Api}/jobs", new { job = "nonsense" });
        await ShouldBeProblemAsync(unknownJob, HttpStatusCode.BadRequest, "urn:asyncviews:job");
        using var noJson = await robot.SendAsync(HttpMethod.Post, $"{Api}/jobs", new StringContent("{", System.Text.Encoding.UTF8, "application/json"), (ApiKeyHandler.Header, "robot"));
        await ShouldBeProblemAsync(noJson, HttpStatusCode.BadRequest, "urn:asyncviews:request");
        using var nothing = await robot.SendAsync(HttpMethod.Post, $"{Api}/jobs", new StringContent("null", System.Text.Encoding.UTF8, "application/json"), (ApiKeyHandler.Header, "robot"));
        await ShouldBeProblemAsync(nothing, HttpStatusCode.BadRequest, "urn:asyncviews:request");
        using var large = await SendAsync(robot, HttpMethod.Post, $"{Api}/jobs", new { job = "order", title = new string('x', 2_000_000) });
        await ShouldBeProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "urn:asyncviews:request");
        using var reserved = await SendAsync(robot, HttpMethod.Post, $"{Api}/jobs", new { job = "order", arguments = new { text = "tea" }, metadata = new Dictionary<string, string> { ["asyncviews-recurring"] = "start" } });
        await ShouldBeProblemAsync(reserved, HttpStatusCode.BadRequest, "urn:asyncviews:arguments");
        using var noState = await SendAsync(robot, HttpMethod.Get, $"{Api}/processes?state=99");
        await ShouldBeProblemAsync(noState, HttpStatusCode.BadRequest, "urn:asyncviews:filter");
        using var noKey = await SendAsync(robot, HttpMethod.Get, $"{Api}/processes?value=7");
        await ShouldBeProblemAsync(noKey, HttpStatusCode.BadRequest, "urn:asyncviews:filter");
        using var misfit = await SendAsync(robot, HttpMethod.Post, $"{Api}/jobs", new { job = "errand", arguments = new { nonsense = 1 } });
        await ShouldBeProblemAsync(misfit, HttpStatusCode.BadRequest, "urn:asyncviews:arguments");

        site.Audited().Select(entry => string.Join(' ', entry.Split(' ').Take(5))).ShouldBe(
        [
            $"robot asked to schedule {id}", $"robot asked to read the", $"robot asked to send-again {failed.Id}", $"robot asked to run-now {later}",
            $"robot asked to cancel {never}", $"robot asked to cancel {never}", $"robot asked to remove {never}",
        ]);
    }

    [Fact]
    public async Task Schedule_ThatTheStoreHasTaken_IsAcceptedThoughItCannotBeRead()
    {
        await using var site = await StartAsync(configure: setup => setup.Services = CountingStore.Install);
        using var robot = site.Browse();
        var store = CountingStore.Of(site);
        store.Fails = nameof(IProcessStore.FindAsync);

        using var accepted = await SendAsync(robot, HttpMethod.Post, $"{Api}/jobs", new { job = "order", arguments = new { text = "tea" }, notBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });

        (await accepted.TextAsync(HttpStatusCode.Accepted)).ShouldBeEmpty();
        store.Fails = null;
        (await GetAsync(robot, accepted.Headers.Location!.OriginalString)).GetProperty("state").GetString().ShouldBe("scheduled");
    }

    [Fact]
    public async Task Schedule_WithAnIdempotencyKey_MayBeRepeated()
    {
        await using var site = await StartAsync();
        using var robot = site.Browse();
        async Task<HttpResponseMessage> PostAsync(object job, string key) =>
            await robot.SendAsync(HttpMethod.Post, $"{Api}/jobs", JsonContent.Create(job), (ApiKeyHandler.Header, "robot"), ("Idempotency-Key", key));
        async Task<string?> ScheduleAsync(string text, string key)
        {
            using var accepted = await PostAsync(new { job = "order", arguments = new { text } }, key);
            return (await accepted.JsonAsync(HttpStatusCode.Accepted)).GetProperty("id").GetString();
        }

        var first = await ScheduleAsync("tea", "1");
        (await ScheduleAsync("tea", "1")).ShouldBe(first);
        await site.EndOfAsync(ProcessId.Parse(first!));
        (await ScheduleAsync("tea", "1")).ShouldBe(first);

        string?[] others = [await ScheduleAsync("tea", "2"), await ScheduleAsync("coffee", "1"), await ScheduleAsync("tea", ""), await ScheduleAsync("tea", "")];
        others.Append(first).ShouldBeUnique();
        using var reserved = await PostAsync(new { job = "order", arguments = new { text = "tea" }, metadata = new Dictionary<string, string> { ["asyncviews-recurring"] = "start" } }, "3");
        await ShouldBeProblemAsync(reserved, HttpStatusCode.BadRequest, "urn:asyncviews:arguments");
    }

    [Theory]
    [InlineData("""{ "job": "order", "arguments": { "text": "tea" }, "notBefor": "2970-01-01T00:00:00Z" }""", "notBefor")]
    [InlineData("""{ "job": "order", "arguments": { "text": "tea" }, "priority": 10, "Priority": 20 }""", "priority")]
    public async Task Schedule_WithAMemberThatWouldBeDropped_Is400AndNamesIt(string job, string member)
    {
        await using var site = await StartAsync();
        using var robot = site.Browse();

        using var refused = await robot.SendAsync(HttpMethod.Post, $"{Api}/jobs", new StringContent(job, Encoding.UTF8, "application/json"), (ApiKeyHandler.Header, "robot"));

        await ShouldBeProblemAsync(refused, HttpStatusCode.BadRequest, "urn:asyncviews:request");
        (await refused.JsonAsync(HttpStatusCode.BadRequest)).GetProperty("detail").GetString()!.ShouldContain($"'{member}'");
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_BehindWhatIsNotThereAnyMore_IsRefusedAndNotTakenForItsEnd()
    {
        await using var site = await StartAsync();
        using var robot = site.Browse();
        var later = new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) };
        var (oldest, last, _) = (await site.Jobs().ScheduleAsync(new Order("1"), later), await site.Jobs().ScheduleAsync(new Order("2"), later), await site.Jobs().ScheduleAsync(new Order("3"), later));
        var next = (await GetAsync(robot, $"{Api}/processes?count=2")).GetProperty("next").GetString()!;
        next.ShouldContain(last.ToString());
        using var removed = await SendAsync(robot, HttpMethod.Delete, $"{Api}/processes/{last}");

        foreach (var address in (string[])[next, $"{Api}/processes?after=nonsense"])
        {
            using var refused = await SendAsync(robot, HttpMethod.Get, address);
            await ShouldBeProblemAsync(refused, HttpStatusCode.BadRequest, "urn:asyncviews:filter");
        }

        (await GetAsync(robot, $"{Api}/processes?after={oldest}")).GetProperty("processes").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Status_HasTheRemainingTimeOfARun_AndNoResultOfATombstone()
    {
        var (time, gate) = (Clock.Start(), new Gate());
        var running = new TaskCompletionSource<ProcessContext>();
        await using var site = await StartAsync(configure: setup =>
        {
            setup.Time = time;
            setup.Run = async (page, process, token) =>
            {
                running.SetResult(process);
                await gate.PassAsync(token);
                return page.Page();
            };
        });
        using var robot = site.Browse();
        var submitted = await robot.SubmitAsync("/Work");
        var process = await running.Task;
        var (second, remaining) = (0, default(JsonElement));
        await Eventually.BeTrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                process.ReportProgress(++second);
                remaining = (await GetAsync(robot, $"{Api}/processes/{submitted.Id}")).GetProperty("eta_seconds");
                return remaining.ValueKind == JsonValueKind.Number;
            },
            "an estimate");

        remaining.GetInt32().ShouldBeInRange(1, 120);
        gate.Open();
        await submitted.EndAsync();
        (await GetAsync(robot, $"{Api}/processes/{submitted.Id}")).GetProperty("resourceLocation").GetString().ShouldEndWith("/result");
        time.Advance(TimeSpan.FromHours(24.1));
        var tombstone = await GetAsync(robot, $"{Api}/processes/{submitted.Id}");
        tombstone.GetProperty("state").GetString().ShouldBe("gone");
        tombstone.GetProperty("resourceLocation").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("QueueFull", "30", "Too many submissions are already waiting.")]
    [InlineData("OwnerLimit", "30", "A limit of this user is reached")]
    [InlineData("KeptLimit", null, "A limit of this user is reached")]
    [InlineData("StoreFull", null, "The server has no room left")]
    public async Task Retry_ThatALimitForbids_NamesItAndSaysWhenToComeAgainIfThatHelps(string limit, string? retryAfter, string text)
    {
        await using var site = await StartAsync();
        using var alice = await site.BrowseAsAsync("alice");
        using var manager = await site.BrowseAsAsync("manager");
        using var robot = site.Browse();
        var failed = await alice.SubmitAsync("/Work");
        await failed.EndAsync();
        var options = site.Services.GetRequiredService<IOptions<AsyncViewsOptions>>().Value;
        _ = limit switch
        {
            "QueueFull" => options.MaxQueueLength = 0,
            "OwnerLimit" => options.MaxLiveProcessesPerOwner = 0,
            "KeptLimit" => options.MaxKeptBytesPerOwner = 1,
            _ => options.MaxKeptBytes = 1,
        };

        using var refused = await SendAsync(robot, HttpMethod.Post, $"{Api}/processes/{failed.Id}/retry");
        var page = await manager.ActAsync($"{AdminSite.PathOf(failed.Id)}/send-again");

        await ShouldBeProblemAsync(refused, HttpStatusCode.ServiceUnavailable, "urn:asyncviews:no-room");
        (await refused.JsonAsync(HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString().ShouldBe(limit);
        refused.Header("Retry-After").ShouldBe(retryAfter);
        page.QuerySelector(".av-note")!.TextContent.ShouldContain(text);
    }

    [Fact]
    public async Task Refusal_OfASchemeThatAnswersItself_IsItsOwn()
    {
        await using var site = await StartAsync(cookies: options =>
        {
            options.Events.OnRedirectToLogin = context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return context.Response.WriteAsync("Ask at the desk.");
            };
            options.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.Redirect("/denied");
                return Task.CompletedTask;
            };
        });
        using var anonymous = site.Browse();
        using var outsider = await site.BrowseAsAsync("outsider");

        using var unknown = await anonymous.GetAsync($"{Api}/health");
        (await unknown.TextAsync(HttpStatusCode.Unauthorized)).ShouldBe("Ask at the desk.");
        using var denied = await outsider.GetAsync($"{Api}/health");
        (denied.StatusCode, denied.Headers.Location?.OriginalString).ShouldBe((HttpStatusCode.Redirect, "/denied"));
    }

    [Fact]
    public async Task Addresses_AreOpenToThosePeopleOnlyWhoMeetThePolicies_AndAreDescribed()
    {
        await using var site = await StartAsync();
        using var anonymous = site.Browse();
        using var viewer = await site.BrowseAsAsync("viewer");
        using var manager = await site.BrowseAsAsync("manager");
        using var outsider = await site.BrowseAsAsync("outsider");
        var id = await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });

        foreach (var address in (string[])["/processes", $"/processes/{id}", "/health"])
        {
            await ShouldBeProblemAsync(await anonymous.GetAsync(Api + address), HttpStatusCode.Unauthorized, "urn:asyncviews:signed-out");
            await ShouldBeProblemAsync(await outsider.GetAsync(Api + address), HttpStatusCode.Forbidden, "urn:asyncviews:forbidden");
            (await StatusOfAsync(viewer.GetAsync(Api + address))).ShouldBe(HttpStatusCode.OK);
        }

        (await StatusOfAsync(viewer.GetAsync($"{Api}/processes/{id}/result"))).ShouldBe(HttpStatusCode.Forbidden);
        foreach (var (method, address) in ((HttpMethod, string)[])[(HttpMethod.Post, $"/processes/{id}/cancel"), (HttpMethod.Post, $"/processes/{id}/retry"), (HttpMethod.Delete, $"/processes/{id}"), (HttpMethod.Post, "/jobs")])
        {
            HttpContent? Content() => address == "/jobs" ? JsonContent.Create(new { job = "order" }) : null;
            await ShouldBeProblemAsync(await anonymous.SendAsync(method, Api + address, Content()), HttpStatusCode.Unauthorized, "urn:asyncviews:signed-out");
            await ShouldBeProblemAsync(await viewer.SendAsync(method, Api + address, Content()), HttpStatusCode.Forbidden, "urn:asyncviews:forbidden");

            // A browser that is signed in sends its cookie by itself, wherever the request comes from.
            using var tokenless = await manager.SendAsync(method, Api + address, Content());
            await ShouldBeProblemAsync(tokenless, HttpStatusCode.BadRequest, "urn:asyncviews:antiforgery");
        }

        (await site.Processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Scheduled);
        using var canceled = await manager.SendAsync(HttpMethod.Post, $"{Api}/processes/{id}/cancel", null, ("RequestVerificationToken", await manager.TokenAsync("/Work")));
        canceled.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var document = await (await anonymous.GetAsync("/openapi/v1.json")).JsonAsync(HttpStatusCode.OK);
        var paths = document.GetProperty("paths");
        foreach (var path in (string[])["/processes", "/processes/{id}", "/processes/{id}/cancel", "/processes/{id}/retry", "/processes/{id}/run-now", "/processes/{id}/result", "/groups", "/jobs", "/health"])
            paths.TryGetProperty(Api + path, out _).ShouldBeTrue(path);
        paths.EnumerateObject().Count(path => path.Name.StartsWith(AdminSite.Path, StringComparison.Ordinal)).ShouldBe(9, "the pages are no part of it");
        var get = paths.GetProperty($"{Api}/processes/{{id}}").GetProperty("get");
        get.GetProperty("summary").GetString()!.ShouldStartWith("Returns the status of a process");
        get.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldContain("404");
        paths.GetProperty($"{Api}/jobs").GetProperty("post").GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).ShouldBe(["Idempotency-Key"]);
        var job = document.GetProperty("components").GetProperty("schemas").GetProperty("RestJob");
        job.GetProperty("properties").EnumerateObject().Select(member => member.Name).ShouldBe(["job", "arguments", "notBefore", "startBefore", "priority", "maxAttempts", "title", "identity", "metadata"]);
        job.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Requests_BeyondTheLimit_Are429_AndOthersAreNot()
    {
        await using var site = await StartAsync(requestsPerMinute: 3);
        using var viewer = await site.BrowseAsAsync("viewer");
        using var manager = await site.BrowseAsAsync("manager");

        for (var number = 0; number < 3; number++)
            (await StatusOfAsync(viewer.GetAsync($"{Api}/health"))).ShouldBe(HttpStatusCode.OK);
        using var refused = await viewer.GetAsync($"{Api}/health");
        await ShouldBeProblemAsync(refused, HttpStatusCode.TooManyRequests, "urn:asyncviews:rate-limit");
        refused.Header("Retry-After").ShouldBe("60");
        (await StatusOfAsync(manager.GetAsync($"{Api}/health"))).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(viewer.GetAsync(AdminSite.Path))).ShouldBe(HttpStatusCode.OK);
    }

    private static Task<HttpResponseMessage> SendAsync(Browser browser, HttpMethod method, string address, object? body = null) =>
        browser.SendAsync(method, address, body is null ? null : JsonContent.Create(body), ("Accept", "application/json"), (ApiKeyHandler.Header, "robot"));

    private static async Task<JsonElement> GetAsync(Browser browser, string address)
    {
        using var answer = await SendAsync(browser, HttpMethod.Get, address);
        return await answer.JsonAsync(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return answer.StatusCode;
    }

    private static async Task ShouldBeProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string type)
    {
        var problem = await answer.JsonAsync(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("type").GetString().ShouldBe(type);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
    }
}
