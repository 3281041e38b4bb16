using System.Net;
using System.Text;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Management;

/// <summary>An operator finds a process, sees why it failed, and does something about it, with nothing but the pages.</summary>
public sealed class AdminPageTests
{
    [Fact]
    public async Task ReferenceNumber_OfAFailure_LeadsToItsProcessWhichIsSentAgainAsItsUser()
    {
        var users = new List<string?>();
        await using var site = await AdminSite.StartAsync((page, _, _) =>
        {
            users.Add(page.User.Identity?.Name);
            return users.Count == 1 ? throw new InvalidOperationException("the printer is out of paper") : Task.FromResult<IActionResult>(page.Content("printed"));
        });
        using var owner = await site.BrowseAsAsync("alice");
        var failed = await owner.SubmitAsync("/Work", ("Text", "s3cret"));
        var shown = await (await failed.OpenResultAsync()).DocumentAsync(HttpStatusCode.InternalServerError);
        var reference = shown.QuerySelector("strong")!.TextContent;
        using var manager = await site.BrowseAsAsync("manager");

        using var found = await manager.GetAsync($"{AdminSite.Path}/processes?find={reference}");
        found.StatusCode.ShouldBe(HttpStatusCode.Found);
        var page = await manager.OpenAsync(found.Headers.Location!.OriginalString);
        var text = page.Body!.TextContent;
        text.ShouldContain("the printer is out of paper");
        text.ShouldContain(reference);
        text.ShouldContain("alice");
        text.ShouldContain("Accepted");
        text.ShouldContain($"Started on {Environment.MachineName}");
        page.Source.Text.ShouldNotContain("s3cret");

        var again = await manager.ActAsync($"{AdminSite.PathOf(failed.Id)}/send-again");
        again.QuerySelector(".av-note")!.TextContent.ShouldContain("sent again");
        var newest = (await site.Processes.ListAllAsync())[0];
        (await site.EndOfAsync(newest.Id)).State.ShouldBe(ProcessState.Succeeded);
        users.ShouldBe(["alice", "alice"]);
        (await owner.GetAsync(failed.At("result", newest.Id))).StatusCode.ShouldBe(HttpStatusCode.OK);
        site.Audited().ShouldHaveSingleItem().ShouldContain($"manager id-manager asked to send-again {failed.Id}");
    }

    [Fact]
    public async Task Actions_OfTheOperator_DoWhatTheySayAndAreNoted()
    {
        var gate = new Gate();
        await using var site = await AdminSite.StartAsync(job: async (_, _, cancellation) =>
        {
            await gate.PassAsync(cancellation);
            return null;
        });
        var running = await site.Jobs().ScheduleAsync(new Order("held"));
        var later = await site.Jobs().ScheduleAsync(new Errand(1), new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });
        await gate.Entered;
        using var manager = await site.BrowseAsAsync("manager");

        var runsOn = (await site.Processes.GetStatusAsync(running))!.Starts.ShouldHaveSingleItem().Node;
        (await manager.OpenAsync(AdminSite.PathOf(running))).QuerySelector(".av-facts")!.TextContent.ShouldContain(runsOn);
        (await manager.OpenAsync($"{AdminSite.PathOf(running)}/cancel")).QuerySelector(".av-question form button")!.TextContent.ShouldBe("Cancel");
        await manager.ActAsync($"{AdminSite.PathOf(running)}/cancel");
        (await site.EndOfAsync(running)).State.ShouldBe(ProcessState.Canceled);

        (await manager.OpenAsync(AdminSite.PathOf(later))).QuerySelector("[formaction$='/run-now']").ShouldNotBeNull();
        await manager.ActAsync($"{AdminSite.PathOf(later)}/run-now");
        gate.Open();
        (await site.EndOfAsync(later)).State.ShouldBe(ProcessState.Succeeded);
        (await manager.ActAsync($"{AdminSite.PathOf(later)}/run-now")).QuerySelector(".av-note")!.TextContent.ShouldContain("not possible");

        var removed = await manager.ActAsync($"{AdminSite.PathOf(running)}/remove");
        removed.ListedNames().Length.ShouldBe(1);
        (await site.Processes.GetStatusAsync(running)).ShouldBeNull();
        using var missing = await manager.GetAsync(AdminSite.PathOf(running));
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await manager.ActAsync($"{AdminSite.Path}/self-test");
        var test = (await site.Processes.ListAllAsync())[0];
        test.Type.ShouldBe(ProcessType.OfJob("asyncviews-test"));
        test.UserName.ShouldBe("manager");
        await manager.ActAsync($"{AdminSite.PathOf(test.Id)}/cancel");

        var node = (await site.Services.GetRequiredService<INodeManager>().ListAsync())[0].Name;
        (await manager.OpenAsync($"{AdminSite.Path}/nodes")).ListedNames().ShouldBe([node]);
        var nodes = await manager.ActAsync($"{AdminSite.Path}/nodes/drain?node={node}");
        nodes.QuerySelector(".av-list td")!.TextContent.ShouldContain("Takes no more processes");

        var audited = site.Audited();
        foreach (var entry in (string[])[$"cancel {running}", $"run-now {later}", $"remove {running}", $"self-test {test.Id}", $"drain {node}"])
            audited.ShouldContain(line => line.Contains($"manager id-manager asked to {entry}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_IsFilteredPagedAndActedOnAsAWhole()
    {
        await using var site = await AdminSite.StartAsync(
            (page, _, _) => page.Request.Form["Text"] == "bad" ? throw new InvalidOperationException("bad") : Task.FromResult<IActionResult>(page.Content("good")));
        using var alice = await site.BrowseAsAsync("alice");
        using var bob = await site.BrowseAsAsync("bob");
        await (await alice.SubmitAsync("/Work", ("Text", "good"))).EndAsync();
        await (await alice.SubmitAsync("/Report", ("Month", "May"))).EndAsync();
        await (await bob.SubmitAsync("/Work", ("Text", "bad"))).EndAsync();
        for (var number = 0; number < 60; number++)
            await site.Jobs().ScheduleAsync(new Errand(number), new ScheduleOptions { Title = $"Errand {number}", NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000), Metadata = new Dictionary<string, string> { ["parity"] = number % 2 == 0 ? "even" : "odd" } });
        using var manager = await site.BrowseAsAsync("manager");

        (await NamesAsync("")).Length.ShouldBe(50);
        (await NamesAsync("?state=Failed")).ShouldBe(["Work"]);
        (await NamesAsync("?type=/Report")).ShouldBe(["Report"]);
        (await NamesAsync("?type=page:/Work")).ShouldBe(["Work", "Work"]);
        (await NamesAsync("?type=errand&state=Queued")).ShouldBeEmpty();
        (await NamesAsync("?user=alice")).ShouldBe(["Report", "Work"]);
        (await NamesAsync("?user=bob&state=Succeeded")).ShouldBeEmpty();
        (await NamesAsync("?user=carol")).ShouldBeEmpty();
        (await NamesAsync("?key=parity&value=even&state=Scheduled")).Length.ShouldBe(30);
        (await NamesAsync("?type=nonsense%20type")).ShouldBeEmpty();
        (await NamesAsync("?until=2001-01-01T00:00")).ShouldBeEmpty();

        var first = await manager.OpenAsync($"{AdminSite.Path}/processes?type=errand");
        var second = await manager.OpenAsync(first.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        second.ListedNames().ShouldBe(Enumerable.Range(0, 10).Reverse().Select(number => $"Errand {number}"));

        // What cannot be read must not be taken for what fits everything.
        foreach (var query in (string[])["?state=Failed,Running", "?state=Faild", "?state=Queued&state=Running", "?from=31.12.2025", "?until=soon", "?key=&value=even"])
        {
            var unread = await manager.OpenAsync($"{AdminSite.Path}/processes{query}");
            unread.ListedNames().ShouldBeEmpty(query);
            unread.QuerySelector("#av-all-cancel").ShouldBeNull(query);
        }

        // Half a filter must not be done to everything.
        foreach (var query in (string[])["?state=Faild", "?stat=Failed", "?state=Queued&state=Running", "?state=Failed,Running", "?from=31.12.2025", "?value=even"])
        {
            using var refused = await manager.GetAsync($"{AdminSite.Path}/processes/all/remove{query}");
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest, query);
        }

        var even = await manager.OpenAsync($"{AdminSite.Path}/processes?key=parity&value=even");
        var question = await manager.OpenAsync(even.QuerySelector("#av-all-cancel")!.GetAttribute("href")!);
        question.Body!.TextContent.ShouldContain("Processes that match: 30");
        var done = await manager.ActAsync(question.QuerySelector(".av-question form")!.GetAttribute("action")!);
        done.QuerySelector(".av-note")!.TextContent.ShouldContain("Done: 30. Not possible: 0.");
        (await site.Processes.ListAllAsync(new ProcessQuery { State = ProcessState.Canceled, Count = 100 })).Count.ShouldBe(30);
        (await site.Processes.ListAllAsync(new ProcessQuery { State = ProcessState.Scheduled, Count = 100 })).Count.ShouldBe(30);

        async Task<string[]> NamesAsync(string query) => (await manager.OpenAsync($"{AdminSite.Path}/processes{query}")).ListedNames();
    }

    [Fact]
    public async Task Overview_CountsAndPolls_AndTellsWhatNeedsAttention()
    {
        await using var site = await AdminSite.StartAsync();
        using var owner = site.Browse();
        await (await owner.SubmitAsync("/Work")).EndAsync();
        using var viewer = await site.BrowseAsAsync("viewer");

        var overview = await viewer.OpenAsync(AdminSite.Path);
        overview.Body!.TextContent.ShouldContain("Nothing needs attention.");
        overview.QuerySelector("a[href$='state=Succeeded']")!.Closest("tr")!.QuerySelector("td")!.TextContent.ShouldBe("1");

        var poll = overview.QuerySelector("#av-poll-overview")!.GetAttribute("data-hx-get")!;
        using var same = await viewer.GetAsync(poll, ("HX-Request", "true"));
        same.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        same.Header("AsyncViews-Answer").ShouldBe("poll");
        await (await owner.SubmitAsync("/Work")).EndAsync();
        using var news = await viewer.GetAsync(poll, ("HX-Request", "true"));
        (await news.TextAsync(HttpStatusCode.OK)).TrimStart().ShouldStartWith("<div id=\"av-poll-overview\"");

        (await viewer.OpenAsync($"{AdminSite.Path}?refresh=0")).QuerySelector("[data-hx-get]").ShouldBeNull();
        using var signedOut = site.Browse();
        using var refused = await signedOut.GetAsync(poll, ("HX-Request", "true"));
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        Encoding.UTF8.GetByteCount(await refused.Content.ReadAsStringAsync()).ShouldBeLessThan(200);
    }

    [Fact]
    public async Task Overview_WhileSubmissionsAreRefused_NamesTheLimitUntilItIsOver()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Options = options => options.MinFreeDiskBytes = long.MaxValue);
        using var viewer = await site.BrowseAsAsync("viewer");

        var overview = (await viewer.OpenAsync(AdminSite.Path)).QuerySelector("#av-poll-overview")!;
        overview.QuerySelector("ul.av-note")!.TextContent.Trim().ShouldBe("Submissions are refused because of a limit: MinFreeDiskBytes");
        overview.TextContent.ShouldNotContain("Nothing needs attention.");

        var poll = overview.GetAttribute("data-hx-get")!;
        using var same = await viewer.GetAsync(poll, ("HX-Request", "true"));
        same.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        site.Services.GetRequiredService<IOptions<AsyncViewsOptions>>().Value.MinFreeDiskBytes = 0;
        using var over = await viewer.GetAsync(poll, ("HX-Request", "true"));
        (await over.TextAsync(HttpStatusCode.OK)).ShouldContain("Nothing needs attention.");
    }

    [Fact]
    public async Task Overview_OfWhatTheHealthCheckFinds_HasALineForEach()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Services = CountingStore.Install);
        var store = site.Services.GetRequiredService<IProcessStore>();
        await using (var body = store.CreateContent())
            await store.AddAsync(new NewProcess { Id = ProcessId.New(), Type = ProcessType.OfJob("retired"), Owner = "nobody", Submission = default, Body = body });
        CountingStore.Of(site).Refuses = _ => true;
        using var owner = site.Browse();
        await owner.SubmitAsync("/Work");
        using var viewer = await site.BrowseAsAsync("viewer");

        string[] lines = [];
        await Eventually.BeTrueAsync(async () => (lines = await LinesAsync()).Length == 2, "the trouble with the end");
        lines.ShouldBe(["Ended, but not stored yet: 1", "Waiting for a page or job that this release does not have: job:retired"]);
        var link = (await viewer.OpenAsync(AdminSite.Path)).QuerySelector("#av-poll-overview .av-note a")!;
        (await viewer.OpenAsync(link.GetAttribute("href")!)).ListedNames().ShouldHaveSingleItem();
        CountingStore.Of(site).Refuses = _ => false;

        async Task<string[]> LinesAsync() => [.. (await viewer.OpenAsync(AdminSite.Path)).QuerySelectorAll("#av-poll-overview .av-note li").Select(line => line.TextContent.Trim())];
    }

    [Fact]
    public async Task Page_OfAProcessThatSomebodyRemoves_LoadsItselfAnew()
    {
        await using var site = await AdminSite.StartAsync();
        var later = await site.Jobs().ScheduleAsync(new Order("later"), new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });
        using var viewer = await site.BrowseAsAsync("viewer");
        var poll = (await viewer.OpenAsync(AdminSite.PathOf(later))).QuerySelector("#av-poll-process")!.GetAttribute("data-hx-get")!;
        await site.Processes.RemoveAsync(later);

        using var answer = await viewer.GetAsync(poll, ("HX-Request", "true"));

        (await answer.TextAsync(HttpStatusCode.NotFound)).ShouldBeEmpty();
        answer.Header("HX-Refresh").ShouldBe("true");
        answer.Header("AsyncViews-Answer").ShouldBe("poll");
    }

    /// <summary>An address that begins with its query would lead to the base that a layout may have.</summary>
    [Fact]
    public async Task Links_ThatTurnUpdatesOffAndOn_HaveThePathOfTheirPage()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.PathBase = "/base");
        using var viewer = await site.BrowseAsAsync("viewer");
        const string Path = "/base" + AdminSite.Path;

        (await LinksAsync(Path)).ShouldBe([$"{Path}?refresh=0"]);
        (await LinksAsync($"{Path}?refresh=0")).ShouldBe([$"{Path}?refresh=0", Path]);

        async Task<string?[]> LinksAsync(string address) => [.. (await viewer.OpenAsync(address)).QuerySelectorAll("p.av-actions a").Select(link => link.GetAttribute("href"))];
    }

    [Fact]
    public async Task Overview_OfWhatWaits_IsNotRenderedAnewBecauseItGoesOnWaiting()
    {
        var time = Clock.Start();
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Services = services => services.AddSingleton<TimeProvider>(time).AddSingleton<IProcessEngine, PermitEngine>());
        await site.Jobs().ScheduleAsync(new Order("waits"));
        using var viewer = await site.BrowseAsAsync("viewer");
        time.Advance(TimeSpan.FromMinutes(2));
        var overview = await viewer.OpenAsync(AdminSite.Path);
        overview.QuerySelector("#av-poll-overview time.av-clock")!.TextContent.ShouldBe("0:02:00");
        var poll = overview.QuerySelector("#av-poll-overview")!.GetAttribute("data-hx-get")!;

        time.Advance(TimeSpan.FromSeconds(10));
        using var same = await viewer.GetAsync(poll, ("HX-Request", "true"));

        same.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    /// <summary>There, htmx asks for what a browser would ask for.</summary>
    [Theory]
    [InlineData("HX-Boosted")]
    [InlineData("HX-History-Restore-Request")]
    public async Task Page_ThatHtmxNavigatesTo_IsWhole(string header)
    {
        await using var site = await AdminSite.StartAsync();
        using var viewer = await site.BrowseAsAsync("viewer");
        var poll = (await viewer.OpenAsync(AdminSite.Path)).QuerySelector("#av-poll-overview")!.GetAttribute("data-hx-get")!;

        using var page = await viewer.GetAsync(poll, ("HX-Request", "true"), (header, "true"));

        Browser.Parse(await page.TextAsync(HttpStatusCode.OK)).QuerySelector("h1").ShouldNotBeNull();
    }

    [Fact]
    public async Task Overview_OfQuotasAndRecurringWork_TellsWhatRunsAndWhatIsNext()
    {
        var gate = new Gate();
        await using var site = await AdminSite.StartAsync(job: async (_, _, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return null;
        }, configure: setup =>
        {
            setup.Options = options => options.Quotas["licence"] = 2;
            setup.Services = services => services.AddAsyncViews().AddJob<LicensedJob>("licensed").AddRecurring("nightly", "0 3 * * *", new Order("nightly"));
        });
        await site.Jobs().ScheduleAsync(new Licensed());
        await gate.Entered;
        await Eventually.BeTrueAsync(async () => (await site.Processes.ListAllAsync(new ProcessQuery { State = ProcessState.Scheduled })).Count == 1, "the next start");
        using var viewer = await site.BrowseAsAsync("viewer");

        var rows = (await viewer.OpenAsync(AdminSite.Path)).QuerySelectorAll("#av-poll-overview .av-figures tbody tr").ToDictionary(row => row.QuerySelector("th")!.TextContent.Trim(), row => row.QuerySelectorAll("td"));

        rows["licence"].Select(cell => cell.TextContent).ShouldBe(["1 / 2", "0"]);
        var next = rows["nightly (0 3 * * * UTC)"].ShouldHaveSingleItem().QuerySelector("a")!;
        next.QuerySelector("time")!.GetAttribute("datetime")!.ShouldEndWith("T03:00:00Z");
        (await viewer.OpenAsync(next.GetAttribute("href")!)).Body!.TextContent.ShouldContain("nightly");
        gate.Open();
    }

    private sealed record Licensed;

    [Quota("licence")]
    private sealed class LicensedJob(JobScript script) : IJob<Licensed>
    {
        public Task RunAsync(Licensed args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("", process, cancellationToken);
    }
}
