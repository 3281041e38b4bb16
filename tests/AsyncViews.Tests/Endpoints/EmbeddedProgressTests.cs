using System.Net;
using System.Text.Json;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The list and the progress of a process as parts of the application's own pages.</summary>
public sealed class EmbeddedProgressTests
{
    [Fact]
    public async Task Progress_OfTwoProcesses_HasIdsOfItsOwnAndTheHeadsElementsOnce()
    {
        await using var run = await HeldRun.StartAsync();
        var second = await run.Browser.SubmitAsync("/Handled");

        using var response = await run.Browser.GetAsync($"/Embedding?id={run.Submitted.Id}&id={second.Id}");

        var page = await response.DocumentAsync(HttpStatusCode.OK);
        page.QuerySelectorAll("[id^=av-poll]").Length.ShouldBe(2);
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id).ToArray();
        ids.Distinct().Count().ShouldBe(ids.Length);
        page.QuerySelectorAll("section a").Select(link => link.TextContent).ShouldBe(["Work", "<Handled> & more"]);
        page.QuerySelectorAll("head script").Length.ShouldBe(2);
        page.QuerySelectorAll("link[href*=asyncviews]").Length.ShouldBe(1);
        page.QuerySelector("noscript").ShouldBeNull();
        page.QuerySelector("meta[name=robots]").ShouldBeNull();
        page.QuerySelectorAll("body script").ShouldBeEmpty();
        response.Header("Cache-Control").ShouldNotBeNull().ShouldContain("no-store");
    }

    [Fact]
    public async Task Poll_OfAnEmbeddedProgress_ChangesItAndEndsAsALink()
    {
        await using var run = await HeldRun.StartAsync("/Work?i=5&v=6");
        var id = run.Submitted.Id;
        var address = (await run.Browser.OpenAsync($"/Embedding?id={id}")).QuerySelector($"#av-poll-{id}").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();

        using (var unchanged = await run.PollAsync(address))
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        run.Process.ReportProgress(50);
        using (var changed = await run.PollAsync(address))
        {
            var fragment = await changed.DocumentAsync(HttpStatusCode.OK);
            fragment.QuerySelector($"#av-progress-{id}").ShouldNotBeNull().GetAttribute("value").ShouldBe("50");
            fragment.QuerySelector($"[data-hx-swap-oob='innerHTML:#av-status-{id}']").ShouldNotBeNull();
            address = fragment.QuerySelector($"#av-poll-{id}").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
        }

        using (var unchanged = await run.PollAsync(address))
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        run.Gate.Open();
        await run.Submitted.EndAsync();

        using var ended = await run.PollAsync(address);
        var end = await ended.DocumentAsync(HttpStatusCode.OK);
        (await ended.EndAddressAsync()).ShouldBeNull();
        end.QuerySelector($"#av-poll-{id} a").ShouldNotBeNull().GetAttribute("href").ShouldBe(run.Submitted.Processing);
        end.QuerySelector("[data-hx-get]").ShouldBeNull();
        (await run.Browser.OpenAsync($"/Embedding?id={id}")).QuerySelectorAll("section a").Select(link => link.GetAttribute("href")).ShouldBe([run.Submitted.Processing, run.Submitted.Processing]);
    }

    [Fact]
    public async Task Pages_WhereTheApplicationHasItsOwnHtmx_LeaveThatAsItIs()
    {
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            MyProcessesTests.Map(setup);
            setup.Options = options => options.HtmxPath = "~/htmx.js";
        });

        foreach (var address in new[] { $"/Embedding?id={run.Submitted.Id}", "/Embedding", run.Submitted.Processing, "/my-processes" })
        {
            var page = await run.Browser.OpenAsync(address);
            page.QuerySelector("meta[name=htmx-config]").ShouldBeNull();
            page.QuerySelectorAll("[data-hx-disinherit='*'][data-hx-history=false] [data-hx-get]").Length.ShouldBe(1, address);
        }
    }

    /// <summary>The page may load the same htmx for its own, and either one's configuration is that of both.</summary>
    [Fact]
    public async Task Progress_OnAPageOfTheApplication_LeavesHistoryAndEvaluationOn()
    {
        await using var run = await HeldRun.StartAsync();

        foreach (var (address, turnsOff) in new[] { ($"/Embedding?id={run.Submitted.Id}", false), (run.Submitted.Processing, true) })
        {
            var config = (await run.Browser.OpenAsync(address)).QuerySelector("meta[name=htmx-config]").ShouldNotBeNull().GetAttribute("content").ShouldNotBeNull();
            config.Contains("allowEval").ShouldBe(turnsOff);
            config.Contains("history").ShouldBe(turnsOff);
            config.ShouldContain("\"includeIndicatorStyles\":false");
        }
    }

    /// <summary>htmx 2 waits for ever if it is configured so, and asks no more while it waits.</summary>
    [Fact]
    public async Task Polls_WhateverTheApplicationsHtmxIsToldToWait_EndAfterTheLongestHold()
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);

        foreach (var address in new[] { $"/Embedding?id={run.Submitted.Id}", "/Embedding", run.Submitted.Processing, "/my-processes" })
        {
            var poll = (await run.Browser.OpenAsync(address)).QuerySelector("[data-hx-get]").ShouldNotBeNull();
            foreach (var attribute in new[] { "data-hx-request", "data-hx-config" })
            {
                var timeout = JsonDocument.Parse(poll.GetAttribute(attribute).ShouldNotBeNull()).RootElement.GetProperty("timeout").GetInt32();
                TimeSpan.FromMilliseconds(timeout).ShouldBeGreaterThan(new AsyncViewsOptions().PollHold);
            }
        }
    }

    [Fact]
    public async Task Progress_OfACanceledProcess_LeadsToItsPageAndNotToTheForm()
    {
        await using var run = await HeldRun.StartAsync("/Work?i=5&v=6");
        var id = run.Submitted.Id;
        var address = (await run.Browser.OpenAsync($"/Embedding?id={id}")).QuerySelector("[data-hx-get]").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
        await run.Site.Services.GetRequiredService<IProcessManager>().CancelAsync(id);
        await run.Submitted.EndAsync();
        await run.Browser.OpenAsync(run.Submitted.Result);

        using var ended = await run.PollAsync(address);
        var part = await ended.DocumentAsync(HttpStatusCode.OK);
        var page = await run.Browser.OpenAsync($"/Embedding?id={id}");

        var links = part.QuerySelectorAll("a").Concat(page.QuerySelectorAll("section a")).ToList();
        links.Count.ShouldBe(3, "one in the answer, two on the page");
        foreach (var link in links)
        {
            using var answer = await run.Browser.GetAsync(link.GetAttribute("href")!);
            (await answer.DocumentAsync(HttpStatusCode.OK)).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Canceled");
        }
    }

    [Fact]
    public async Task Progress_OfWhatIsNotOnesOwn_IsNothing()
    {
        await using var run = await HeldRun.StartAsync();
        using var stranger = run.Site.Browse();
        var address = (await run.Browser.OpenAsync($"/Embedding?id={run.Submitted.Id}")).QuerySelector("[data-hx-get]").ShouldNotBeNull().GetAttribute("data-hx-get")!;

        foreach (var id in new[] { run.Submitted.Id.ToString(), ProcessId.New().ToString(), "nonsense" })
            (await stranger.OpenAsync($"/Embedding?id={id}")).QuerySelector("section").ShouldNotBeNull().InnerHtml.ShouldBeEmpty();

        using var poll = await stranger.GetAsync(address, ("HX-Request", "true"));
        (await poll.TextAsync(HttpStatusCode.OK)).ShouldBeEmpty();
        poll.Header("HX-Refresh").ShouldBeNull();
    }

    [Fact]
    public async Task Component_OnAPage_ShowsTheListWithButtonsThatPostToTheMappedPage()
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);

        var page = await run.Browser.OpenAsync("/Embedding");

        page.QuerySelector("form").ShouldNotBeNull().GetAttribute("action").ShouldBe("/my-processes");
        MyProcessesTests.Buttons(page.QuerySelector("tbody tr").ShouldNotBeNull()).ShouldBe(["Cancel"]);
        var address = page.QuerySelector("#av-my-processes").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
        page.QuerySelector("noscript").ShouldBeNull();
        page.QuerySelectorAll("head script").Length.ShouldBe(2);
        using var poll = await run.PollAsync(address);
        poll.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Component_WhereThePageIsNotMapped_IsAListOfLinks()
    {
        await using var run = await HeldRun.StartAsync();

        var page = await run.Browser.OpenAsync("/Embedding");

        page.QuerySelector("tbody th a").ShouldNotBeNull().GetAttribute("href").ShouldBe(run.Submitted.Processing);
        page.QuerySelector("button").ShouldBeNull();
        page.QuerySelector("[data-hx-get]").ShouldBeNull();
        page.QuerySelector("script[src*=htmx]").ShouldBeNull();
    }

    [Fact]
    public async Task Page_WhileTheStoreIsAwayOrDamaged_IsShownWithoutWhatItKeeps()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            MyProcessesTests.Map(setup);
            setup.Services = CountingStore.Install;
        });
        using var browser = site.Browse();
        await browser.OpenAsync("/Work");
        CountingStore.Of(site).IsAway = true;
        await ShouldBeShownAsync();
        using var page = await browser.GetAsync("/my-processes");
        page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        CountingStore.Of(site).Trouble = new DamagedContentException("The test has damaged it.");
        await ShouldBeShownAsync();

        async Task ShouldBeShownAsync()
        {
            (await browser.OpenAsync("/Embedding")).QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldBe("The server cannot read its data at the moment.");
            (await browser.OpenAsync($"/Embedding?id={ProcessId.New()}")).QuerySelector("section").ShouldNotBeNull().InnerHtml.ShouldBeEmpty();
        }
    }
}
