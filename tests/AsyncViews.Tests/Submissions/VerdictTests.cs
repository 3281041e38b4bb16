using System.Net;
using AsyncViews.Tests.Endpoints;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Submissions;

/// <summary>The submission's verdict on what is valid holds in the run.</summary>
public class VerdictTests
{
    [Fact]
    public async Task Filter_ThatRefusesTheSecondTime_DoesNotInTheRun()
    {
        var once = new CountingFilter((context, call) =>
        {
            if (call > 1)
                context.ModelState.AddModelError("captcha", "was used before");
        });
        await using var site = await StartAsync(once);
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Judged", ("Text", "x"));

        (await submitted.ReadResultAsync()).ShouldBe("valid: True, errors: 0, ");
        once.Calls.ShouldBe(2);
        Warnings(site).ShouldHaveSingleItem().ShouldContain("A filter added errors to ModelState in the run of process");
    }

    [Fact]
    public async Task Filter_ThatRefusesTheFirstTime_StartsNothing()
    {
        await using var site = await StartAsync(new CountingFilter((context, _) => context.ModelState.AddModelError("", "no")));
        using var browser = site.Browse();

        await browser.SubmitAsync("/Judged");

        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Filter_ThatAnswersInTheRun_IsNamedInTheLog()
    {
        await using var site = await StartAsync(new CountingFilter((context, call) => context.Result = call > 1 ? new BadRequestResult() : null));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Judged");
        await submitted.EndAsync();

        site.Script.Runs.ShouldBe(0);
        Warnings(site).ShouldHaveSingleItem().ShouldContain("was not reached, since a filter answered in its run");
    }

    [Theory]
    [InlineData("/Judged")]
    [InlineData("/Judged?handler=Retried")]
    public async Task Error_ThatThePostDidNotHave_EndsTheRunBeforeItsHandler(string address)
    {
        await using var site = await StartAsync(new ExceptionFilter(), app => app.MapMyProcesses());
        using var browser = site.Browse();
        var validations = 0;
        site.Script.IsMoodyValid = () => Interlocked.Increment(ref validations) == 1;

        var submitted = await browser.PostAsync(address, Browser.Form(("Moody", "x"), await browser.TokenFieldAsync("/Judged")));

        (await submitted.EndAsync()).ShouldBe("failed");
        site.Script.Runs.ShouldBe(0);
        var status = (await site.Processes.GetStatusAsync(submitted.Id)).ShouldNotBeNull();
        status.Reason.ShouldBe(ProcessReason.NoLongerValid);
        status.Error.ShouldNotBeNull().ShouldContain("Invalid in the run, and valid when it was submitted: 'Moody'.");

        // Nothing was done that could be checked, and sent again it would fail once more.
        var page = Browser.Parse(await (await browser.GetAsync(submitted.Result)).TextAsync(HttpStatusCode.InternalServerError)).QuerySelector(".av-page").ShouldNotBeNull();
        page.TextContent.ShouldContain("Some of what you sent is no longer valid, so it was not started.");
        page.TextContent.ShouldNotContain("Check what was done");
        page.QuerySelectorAll("button").ShouldBeEmpty();
        page.QuerySelectorAll("a").Select(link => $"{link.TextContent} {link.ClassName}".TrimEnd()).ShouldBe(["Back to the form av-button av-primary", "My processes"]);
        MyProcessesTests.Buttons((await MyProcessesTests.RowsAsync(browser)).ShouldHaveSingleItem()).ShouldBe(["Discard"]);
    }

    [Fact]
    public async Task Error_InALaterAttempt_SaysThatAnEarlierOneWasStarted()
    {
        var time = Clock.Start();
        var attempts = 0;
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Run = (_, _, _) => throw new TimeoutException($"attempt {++attempts}");
        });
        using var browser = site.Browse();
        site.Script.IsMoodyValid = () => attempts == 0;

        var submitted = await browser.PostAsync("/Judged?handler=Retried", Browser.Form(("Moody", "x"), await browser.TokenFieldAsync("/Judged")));
        await site.StateOfAsync(submitted.Id, ProcessState.Scheduled);
        await Eventually.BeTrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return (await site.Processes.GetStatusAsync(submitted.Id))!.IsEnded;
            },
            "the end of the second attempt");

        attempts.ShouldBe(1);
        var page = Browser.Parse(await (await browser.GetAsync(submitted.Result)).TextAsync(HttpStatusCode.InternalServerError));
        page.QuerySelector(".av-page").ShouldNotBeNull().TextContent.ShouldContain(
            "Some of what you sent is no longer valid, so it was not started again. Part of the work may already be done.");
    }

    [Fact]
    public async Task Errors_OfAPostThatRunsAllTheSame_AreTheRuns()
    {
        await using var site = await StartAsync(new CountingFilter((context, call) => context.ModelState.AddModelError("filter", $"call {call}")));
        using var browser = site.Browse();
        var validations = 0;
        site.Script.IsMoodyValid = () => Interlocked.Increment(ref validations) > 1;
        site.Script.ShouldRun = page =>
        {
            page.ModelState.AddModelError("", "added by the page");
            return true;
        };

        var submitted = await browser.SubmitAsync("/Judged", ("Text", "much longer than ten"), ("Number", "none"), ("Moody", "x"));

        (await submitted.ReadResultAsync()).ShouldBe(
            "valid: False, errors: 5, : added by the page; filter: call 1; Moody: not today; " +
            "Number: The value 'none' is not valid for Number.; Text: The field Text must be a string with a maximum length of 10.");
    }

    [Fact]
    public async Task Errors_ThatThePageTookAway_StayAway()
    {
        await using var site = await StartAsync(new CountingFilter());
        using var browser = site.Browse();
        site.Script.ShouldRun = page =>
        {
            page.ModelState.Remove("Text");
            return page.ModelState.IsValid;
        };

        var submitted = await browser.SubmitAsync("/Judged", ("Text", "much longer than ten"));

        (await submitted.ReadResultAsync()).ShouldBe("valid: True, errors: 0, ");
        Warnings(site).ShouldBeEmpty();
    }

    /// <summary>Its runs say what is invalid.</summary>
    private static Task<Site> StartAsync(IFilterMetadata filter, Action<WebApplication>? endpoints = null) => Site.StartAsync(setup =>
    {
        setup.Endpoints = endpoints;
        setup.Pages = pages => pages.Conventions.AddPageApplicationModelConvention("/Judged", page => page.Filters.Add(filter));
        setup.Run = (page, _, _) =>
        {
            var errors = page.ModelState.Where(entry => entry.Value!.Errors.Count > 0).OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase)
                .Select(entry => $"{entry.Key}: {string.Join(" + ", entry.Value!.Errors.Select(error => error.ErrorMessage))}");
            return Task.FromResult<IActionResult>(page.Content($"valid: {page.ModelState.IsValid}, errors: {page.ModelState.ErrorCount}, {string.Join("; ", errors)}"));
        };
    });

    private static string[] Warnings(Site site) =>
        [.. site.Log.Entries.Where(entry => entry.Level == LogLevel.Warning && entry.Message.Contains("[SubmissionOnly]")).Select(entry => entry.Message)];

    /// <summary>Makes a page of every exception, as an application's may.</summary>
    private sealed class ExceptionFilter : IExceptionFilter
    {
        public void OnException(ExceptionContext context) => context.Result = new ContentResult { Content = "sorry" };
    }
}
