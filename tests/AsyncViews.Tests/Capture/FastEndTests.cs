using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Capture;

/// <summary>A run that ends at once needs no waiting page.</summary>
public class FastEndTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Post_OfARunThatEndsAtOnce_LeadsStraightToItsResult()
    {
        await using var site = await StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Page()));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        submitted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var result = submitted.Response.Headers.Location.ShouldNotBeNull().OriginalString;
        result.ShouldStartWith("/Work?handler=result&process_id=");
        using var shown = await browser.GetAsync(result);
        shown.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_OfARunThatFailsAtOnce_LeadsStraightToTheReason()
    {
        await using var site = await StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        using var shown = await browser.GetAsync(submitted.Response.Headers.Location.ShouldNotBeNull().OriginalString);
        shown.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task Post_OfARunThatGoesOn_LeadsToTheWaitingPageWhenTheWaitIsOver()
    {
        var time = Clock.Start();
        var gate = new Gate();
        await using var site = await StartAsync(
            async (page, _, token) =>
            {
                await gate.PassAsync(token);
                return page.Page();
            },
            time);
        using var browser = site.Browse();
        var began = time.GetTimestamp();

        var submitting = browser.SubmitAsync("/Work");
        await gate.Entered;
        submitting.IsCompleted.ShouldBeFalse();
        await Eventually.BeTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return submitting.IsCompleted;
            },
            "the answer");

        (await submitting).Processing.ShouldContain("handler=processing");
        time.GetElapsedTime(began).ShouldBeGreaterThanOrEqualTo(Long);
        gate.Open();
    }

    [Fact]
    public async Task Post_WithoutAFreeWorker_LeadsToTheWaitingPageAtOnce()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.MaxConcurrentRuns = 1);
        run.Site.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<AsyncViewsOptions>>().Value.FastEndWait = Long;

        var queued = await run.Browser.SubmitAsync("/Work").Soon("the answer, though the clock stands still");

        queued.Processing.ShouldContain("handler=processing");
    }

    [Fact]
    public async Task Post_OfAScript_IsAcknowledgedAtOnce()
    {
        var gate = new Gate();
        await using var site = await StartAsync(async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return page.Page();
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var submitted = await browser.PostAsync("/Work", Browser.Form(token), ("Accept", "application/json")).Soon("the answer");

        submitted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        gate.Open();
    }

    [Fact]
    public async Task Cancel_OfARunThatStopsAtOnce_LeadsStraightToTheReason()
    {
        await using var run = await HeldRun.StartAsync();
        run.Site.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<AsyncViewsOptions>>().Value.FastEndWait = Long;

        var canceled = await run.Browser.PostAsync(run.Submitted.Cancel, Browser.Form(await run.Browser.TokenFieldAsync("/Work")));

        canceled.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        canceled.Response.Headers.Location.ShouldNotBeNull().OriginalString.ShouldContain("handler=result");
    }

    /// <summary>A site whose wait ends by a clock that only the test moves.</summary>
    private static Task<Site> StartAsync(Run run, TimeProvider? time = null) => Site.StartAsync(setup =>
    {
        setup.Time = time ?? Clock.Start();
        setup.Run = run;
        setup.Options = options => options.FastEndWait = Long;
    });
}
