using System.Net;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Running;

/// <summary>Canceling: at once while queued, by its token while running, and never twice.</summary>
public class CancelTests
{
    [Fact]
    public async Task Queued_Canceled_NeverStarts()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.MaxConcurrentRuns = 1);
        var queued = await run.Browser.SubmitAsync("/Work", ("Text", "queued"));

        var canceled = await CancelByFormAsync(run.Browser, queued);
        canceled.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        canceled.Processing.ShouldBe(queued.Result);
        (await queued.StatusAsync()).GetProperty("state").GetString().ShouldBe("canceled");
        run.Gate.Open();
        await run.Submitted.EndAsync();

        run.Site.Script.Runs.ShouldBe(1);
        var page = await run.Browser.OpenAsync(queued.Result);
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Canceled");
        page.QuerySelector(".av-page").ShouldNotBeNull().TextContent.ShouldContain("nothing was done");
        page.QuerySelector(".av-actions a").ShouldNotBeNull().GetAttribute("href").ShouldBe("/Work");
    }

    [Fact]
    public async Task WaitingPage_OfWhatWasCanceled_LeadsToThePageThatSaysSoAndThenToTheForm()
    {
        await using var run = await HeldRun.StartAsync();
        await CancelByFormAsync(run.Browser, run.Submitted);
        await run.Submitted.EndAsync();

        (await WhereAsync()).ShouldBe(run.Submitted.Result);
        (await WhereAsync()).ShouldBe(run.Submitted.Result, "nobody has seen it so far");
        await run.Browser.OpenAsync(run.Submitted.Result);
        (await WhereAsync()).ShouldBe("/Work");

        async Task<string> WhereAsync() => new Submitted(run.Browser, await run.Browser.GetAsync(run.Submitted.Processing)).Processing;
    }

    [Fact]
    public async Task Canceled_WithAViewOfTheApplicationAtTheSamePath_ShowsThatOne()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.ReplaceViews = true);
        await CancelByFormAsync(run.Browser, run.Submitted);
        await run.Submitted.EndAsync();

        var page = await run.Browser.OpenAsync(run.Submitted.Result);

        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("The application's own words for Canceled");
        page.QuerySelector(".av-page > h1").ShouldNotBeNull();
        page.QuerySelector("#layout").ShouldNotBeNull();
        page.QuerySelector("body > script[src='/own.js']").ShouldNotBeNull();
    }

    [Fact]
    public async Task Running_Canceled_HasItsTokenSignalled()
    {
        await using var run = await HeldRun.StartAsync();

        var canceled = await CancelByFormAsync(run.Browser, run.Submitted);

        canceled.Processing.ShouldBe(run.Submitted.Processing);
        (await run.Submitted.EndAsync()).ShouldBe("canceled");
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeTrue();
        var page = await run.Browser.OpenAsync(run.Submitted.Result);
        page.QuerySelector(".av-page").ShouldNotBeNull().TextContent.ShouldContain("Part of the work may already be done.");
    }

    /// <summary>A run whose token is signalled may block a thread. Nobody who cancels waits for that.</summary>
    [Fact]
    public async Task Cancel_OfARunThatThenBlocksItsThread_IsAnsweredAtOnce()
    {
        using var blocked = new ManualResetEventSlim();
        await using var run = await HeldRun.StartAsync();
        await using var registration = run.Process.CancellationToken.Register(blocked.Wait);

        var canceled = await CancelByFormAsync(run.Browser, run.Submitted);

        canceled.Processing.ShouldBe(run.Submitted.Processing);
        blocked.Set();
        (await run.Submitted.EndAsync()).ShouldBe("canceled");
    }

    [Fact]
    public async Task Claimed_CanceledBeforeItsFirstLine_HasItsTokenSignalled()
    {
        var claimed = new Gate();
        CancellationToken token = default;
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = CountingStore.Install;
            setup.Run = (page, _, cancellation) =>
            {
                token = cancellation;
                return Task.FromResult<IActionResult>(page.Page());
            };
        });
        using var browser = site.Browse();
        CountingStore.Of(site).Claimed = claimed;
        var submitted = await browser.SubmitAsync("/Work");
        await claimed.Entered;

        await CancelByFormAsync(browser, submitted);
        claimed.Open();
        await submitted.EndAsync();

        token.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Running_ThatDoesNotListen_ShowsThatItStopsAndMaySucceed()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, _) =>
        {
            await gate.PassAsync(CancellationToken.None);
            return page.Content("finished all the same");
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await gate.Entered;

        await CancelByFormAsync(browser, submitted);
        var again = await browser.PostAsync(submitted.Cancel, Browser.Form(await browser.TokenFieldAsync(submitted.Processing)));

        again.Processing.ShouldBe(submitted.Processing);
        var waiting = await browser.OpenAsync(submitted.Processing);
        waiting.QuerySelector("#av-status").ShouldNotBeNull().TextContent.Trim().ShouldBe("Stopping…");
        waiting.QuerySelector("form button").ShouldNotBeNull().HasAttribute("disabled").ShouldBeTrue();
        gate.Open();
        (await submitted.ReadResultAsync()).ShouldBe("finished all the same");
    }

    [Fact]
    public async Task Ended_Canceled_Is303ToTheResult()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        var canceled = await browser.PostAsync(submitted.Cancel, Browser.Form(await browser.TokenFieldAsync("/Work")));

        canceled.Processing.ShouldBe(submitted.Result);
        (await submitted.StatusAsync()).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task Delete_FromAScript_Is202AndAtTheEnd204()
    {
        await using var run = await HeldRun.StartAsync();
        var token = await run.Browser.TokenAsync("/Work");

        using var first = await run.Browser.SendAsync(HttpMethod.Delete, run.Submitted.Cancel, null, ("RequestVerificationToken", token), ("Accept", "application/json"));
        await run.Submitted.EndAsync();
        using var second = await run.Browser.SendAsync(HttpMethod.Delete, run.Submitted.Cancel, null, ("RequestVerificationToken", token), ("Accept", "application/json"));

        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        second.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        second.Header("Cache-Control").ShouldBe("no-store");
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "forged")]
    [InlineData("DELETE", "forged")]
    public async Task Cancel_WithoutAValidToken_Is400AndTheRunGoesOn(string method, string token)
    {
        await using var run = await HeldRun.StartAsync();

        using var response = await run.Browser.SendAsync(new HttpMethod(method), run.Submitted.Cancel, Browser.Form(("__RequestVerificationToken", token)));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        run.Gate.Open();
        (await run.Submitted.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task OperationCanceled_ThatNobodyAskedFor_IsAFailure()
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new OperationCanceledException("a timeout of its own"));
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("failed");
    }

    [Fact]
    public async Task Removed_WhileRunning_IsCanceledAndForgottenThen()
    {
        await using var run = await HeldRun.StartAsync();

        (await run.Site.Processes.RemoveAsync(run.Submitted.Id)).ShouldBeTrue();

        await Eventually.BeTrueAsync(
            async () =>
            {
                using var response = await run.Browser.GetAsync(run.Submitted.Processing);
                return response.StatusCode == HttpStatusCode.NotFound;
            },
            "the end of the removed run");
        (await run.Site.Processes.RemoveAsync(run.Submitted.Id)).ShouldBeFalse();
    }

    /// <summary>Removing what runs is no way to more than the limit.</summary>
    [Fact]
    public async Task Removed_WhileARunDoesNotListen_StaysCountedAndVisibleUntilItEnds()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Endpoints = endpoints => endpoints.MapMyProcesses("/my-processes");
            setup.Run = async (page, _, _) =>
            {
                await gate.PassAsync(CancellationToken.None);
                return page.Page();
            };
        });
        using var browser = site.Browse();
        List<Submitted> accepted = [];
        for (var number = 0; number < 12; number++)
        {
            var submitted = await browser.SubmitAsync("/Work", ("Text", $"{number}"));
            if (submitted.StatusCode == HttpStatusCode.TooManyRequests)
                continue;

            await Eventually.BeTrueAsync(() => site.Script.Runs == accepted.Count + 1, "the run");
            accepted.Add(submitted);
            (await site.Processes.RemoveAsync(submitted.Id)).ShouldBeTrue();
        }

        accepted.Count.ShouldBe(5);
        (await accepted[0].StatusAsync()).GetProperty("state").GetString().ShouldBe("running");
        (await browser.OpenAsync("/my-processes")).QuerySelectorAll("tbody tr").ShouldSatisfyAllConditions(
            rows => rows.Length.ShouldBe(5),
            rows => rows.ShouldAllBe(row => row.TextContent.Contains("Stopping")));
        (await site.Services.GetRequiredService<IProcessStore>().InspectAsync(TimeSpan.FromMinutes(1))).Running.ShouldBe(5);

        gate.Open();
        foreach (var submitted in accepted)
            await Eventually.BeTrueAsync(async () => await site.Processes.GetStatusAsync(submitted.Id) is null, "the end of a removed run");
    }

    [Fact]
    public async Task Running_CanceledOnAPageThatDoesNotUpdateItself_LeadsBackToSuchAPage()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, _) =>
        {
            await gate.PassAsync(CancellationToken.None);
            return page.Page();
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await gate.Entered;

        var canceled = await CancelByFormAsync(browser, submitted, "&refresh=0");

        canceled.Processing.ShouldBe($"{submitted.Processing}&refresh=0");
        gate.Open();
    }

    /// <summary>With the form on the waiting page itself.</summary>
    private static async Task<Submitted> CancelByFormAsync(Browser browser, Submitted submitted, string query = "")
    {
        var waiting = await browser.OpenAsync(submitted.Processing + query);
        var form = waiting.QuerySelector("form[method=post]").ShouldNotBeNull();
        return await browser.PostAsync(form.GetAttribute("action")!, Browser.Form(("__RequestVerificationToken", Browser.TokenIn(waiting))));
    }
}
