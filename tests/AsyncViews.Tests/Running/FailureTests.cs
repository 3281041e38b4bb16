using System.Net;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;

namespace AsyncViews.Tests.Running;

/// <summary>The page that a person reads when it did not work, and the log for those who help.</summary>
public class FailureTests
{
    private const string Secret = "password=hunter2";

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Development", true)]
    public async Task Failure_OfARun_HasAPageWithAReferenceAndDetailsInDevelopmentOnly(string environment, bool details)
    {
        await using var site = await StartThrowingAsync(environment);
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var response = await submitted.OpenResultAsync();

        var page = await response.DocumentAsync(HttpStatusCode.InternalServerError);
        page.QuerySelector("#layout").ShouldNotBeNull();
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Failed");
        page.QuerySelector(".av-page strong").ShouldNotBeNull().TextContent.ShouldBe(submitted.Id.Reference);
        page.DocumentElement.OuterHtml.Contains(Secret).ShouldBe(details);
        page.DocumentElement.OuterHtml.Contains("   at ").ShouldBe(details);
        response.Header("Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task Failure_OfARun_IsLoggedOnceWithTheReferenceAndTheException()
    {
        await using var site = await StartThrowingAsync("Production");
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        var error = site.Log.Entries.Single(entry => entry.Level == LogLevel.Error);

        error.Message.ShouldContain(submitted.Id.Reference);
        error.Message.ShouldContain(submitted.Id.ToString());
        error.Exception.ShouldBeOfType<ArithmeticException>().Message.ShouldBe(Secret);
    }

    /// <summary>Messages quote what they are about.</summary>
    [Fact]
    public async Task Failure_WithALongText_IsKeptShort()
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new FormatException(new string('x', 3_000_000)));
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.EndAsync()).ShouldBe("failed");

        (await site.Processes.GetStatusAsync(submitted.Id))!.Error.ShouldNotBeNull().Length.ShouldBe(8192);
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("exception")]
    public async Task Failure_ThatCannotBeTold_IsOneAllTheSame(string broken)
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Run = (_, _, _) => throw new Speechless();
            if (broken == "logger")
                setup.Services = services => services.AddSingleton<ILoggerProvider, Mute>();
        });
        using var browser = site.Browse();

        for (var run = 0; run < 3; run++)
            (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("failed");
    }

    [Fact]
    public async Task Failure_ForAJsonClient_IsAProblemWithTheReference()
    {
        await using var site = await StartThrowingAsync("Production");
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var response = await submitted.OpenResultAsync(("Accept", "application/json"));

        var problem = await response.JsonAsync(HttpStatusCode.Conflict);
        response.Header("Content-Type").ShouldBe("application/problem+json");
        problem.GetProperty("reference").GetString().ShouldBe(submitted.Id.Reference);
        problem.GetRawText().ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Failure_AfterTheResponseHadStarted_LeavesNothingOfIt()
    {
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            await page.Response.WriteAsync("half a result", token);
            await page.Response.Body.FlushAsync(token);
            throw new ArithmeticException();
        });
        using var browser = site.Browse();

        using var response = await (await browser.SubmitAsync("/Work")).OpenResultAsync();

        (await response.TextAsync(HttpStatusCode.InternalServerError)).ShouldNotContain("half a result");
    }

    [Fact]
    public async Task Progress_AtAFailure_IsKept()
    {
        await using var site = await Site.StartAsync((_, process, _) =>
        {
            process.ReportProgress(42, "here");
            throw new ArithmeticException();
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        (await site.Processes.GetStatusAsync(submitted.Id))!.Progress.ShouldBe(new ProcessProgress(42, "here"));
    }

    [Theory]
    [InlineData(ProcessState.Interrupted, "We cannot tell whether it finished.")]
    [InlineData(ProcessState.Canceled, "Part of the work may already be done.")]
    public async Task Ended_ByAnother_IsExplainedAndTheRunsOwnOutcomeIsRefused(ProcessState state, string text)
    {
        await using var run = await HeldRun.StartAsync();
        var store = run.Site.Services.GetRequiredService<IProcessStore>();
        (await store.FinishAsync(run.Submitted.Id, 1, new ProcessOutcome(state))).ShouldBeTrue();

        run.Gate.Open();

        await Eventually.BeTrueAsync(() => run.Site.Log.Entries.Any(entry => entry.Message.Contains("came too late")), "the refusal of the late outcome");
        using var response = await run.Browser.GetAsync(run.Submitted.Result);
        (await response.TextAsync(state == ProcessState.Canceled ? HttpStatusCode.OK : HttpStatusCode.InternalServerError)).ShouldContain(text);
    }

    [Fact]
    public async Task Null_ReturnedByRunAsync_ShowsThePageAsInRazorPages()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            ((WorkModel)page).Outcome = "shown";
            return Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(null!);
        });
        using var browser = site.Browse();

        var result = Browser.Parse(await (await browser.SubmitAsync("/Work")).ReadResultAsync());

        result.QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe("shown");
    }

    private static Task<Site> StartThrowingAsync(string environment) => Site.StartAsync(setup =>
    {
        setup.Environment = environment;
        setup.Run = (_, _, _) => throw new ArithmeticException(Secret);
    });

    private sealed class Speechless : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
