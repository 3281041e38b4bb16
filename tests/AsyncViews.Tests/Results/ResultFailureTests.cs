using System.Net;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Results;

/// <summary>A fault in the result of work that is done reads differently from a failure of the work, and is not tried again.</summary>
public class ResultFailureTests
{
    private const string Shown = "It was done, but its result could not be shown.";

    public static TheoryData<string> Results => ["view", "thrown", "header", "tempdata", "tempdata with a redirect", "tempdata without a body", "starting"];

    [Theory]
    [MemberData(nameof(Results))]
    public async Task Result_ThatCannotBeWritten_SaysThatTheWorkIsDone(string kind)
    {
        await using var site = await StartAsync(kind);
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var response = await submitted.OpenResultAsync();

        var page = await response.DocumentAsync(HttpStatusCode.InternalServerError);
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Done, but not shown");
        page.QuerySelector(".av-page").ShouldNotBeNull().TextContent.ShouldContain(Shown);
        var status = (await site.Processes.GetStatusAsync(submitted.Id)).ShouldNotBeNull();
        status.State.ShouldBe(ProcessState.Failed);
        status.Reason.ShouldBe(ProcessReason.ResultNotShown);
        site.Log.Entries.Count(entry => entry.Level == LogLevel.Error && entry.Message.Contains("did its work, but its result could not be written")).ShouldBe(1);
    }

    [Fact]
    public async Task Result_ThatIsTooLarge_HasItsOwnReasonAndSaysThatTheWorkIsDone()
    {
        await using var site = await Site.StartAsync(
            (page, _, _) => Task.FromResult<IActionResult>(page.Content(new string('x', 200_000))), options => options.MaxResultBytes = 100_000);
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var response = await submitted.OpenResultAsync();

        (await response.DocumentAsync(HttpStatusCode.InternalServerError)).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Done, but not shown");
        (await site.Processes.GetStatusAsync(submitted.Id))!.Reason.ShouldBe(ProcessReason.ResultTooLarge);
    }

    /// <summary>The same exceptions say nothing of the work while it goes on.</summary>
    [Theory]
    [InlineData("no room")]
    [InlineData("too large")]
    public async Task Work_ThatFailsAsAResultMay_IsNotCalledDone(string kind)
    {
        await using var site = await Site.StartAsync(
            async (page, _, token) =>
            {
                if (kind == "no room")
                    throw new StoreUnavailableException("The disk is full: nothing was scheduled.");
                await page.Response.WriteAsync(new string('x', 200_000), token);
                return new EmptyResult();
            },
            options => options.MaxResultBytes = 100_000);
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        using var response = await submitted.OpenResultAsync();

        (await response.DocumentAsync(HttpStatusCode.InternalServerError)).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Failed");
        (await site.Processes.GetStatusAsync(submitted.Id))!.Reason.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Results))]
    public async Task Result_ThatCannotBeWritten_IsNotTriedAgain(string kind)
    {
        await using var site = await StartAsync(kind);
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Retried");

        (await submitted.EndAsync()).ShouldBe("failed");

        site.Script.Runs.ShouldBe(1);
        (await site.Processes.GetStatusAsync(submitted.Id))!.Reason.ShouldBe(ProcessReason.ResultNotShown);
    }

    [Theory]
    [InlineData("page filter")]
    [InlineData("result filter")]
    [InlineData("outer result filter")]
    [InlineData("resource filter")]
    public async Task Filter_ThatThrowsAfterTheWork_MayNotHaveCommittedIt(string kind)
    {
        await using var site = await Site.StartAsync(setup => setup.Pages = pages =>
            pages.Conventions.ConfigureFilter(kind switch
            {
                "page filter" => new FailingPageFilter(),
                "result filter" => new FailingResultFilter(),
                "outer result filter" => new FailingOuterResultFilter(),
                _ => new FailingResourceFilter(),
            }));
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.EndAsync()).ShouldBe("failed");

        (await site.Processes.GetStatusAsync(submitted.Id))!.Reason.ShouldBeNull();
    }

    private static Task<Site> StartAsync(string kind) => Site.StartAsync((page, _, _) =>
    {
        switch (kind)
        {
            case "view":
                return Task.FromResult<IActionResult>(new PartialViewResult { ViewName = "_Missing", ViewData = page.ViewData });
            case "header":
                page.Response.Headers["X-Name"] = "Zoë";
                return Task.FromResult<IActionResult>(page.Page());
            case "tempdata":
                page.TempData["what"] = new object();
                return Task.FromResult<IActionResult>(page.Page());
            case "tempdata with a redirect":
                page.TempData["what"] = new object();
                return Task.FromResult<IActionResult>(page.RedirectToPage("/Work"));
            case "tempdata without a body":
                page.TempData["what"] = new object();
                return Task.FromResult<IActionResult>(new NoContentResult());
            case "starting":
                page.Response.OnStarting(() => throw new TimeoutException("The callback failed."));
                return Task.FromResult<IActionResult>(page.RedirectToPage("/Work"));
            default:
                return Task.FromResult<IActionResult>(new ThrowingResult());
        }
    });

    private sealed class ThrowingResult : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            await context.HttpContext.Response.WriteAsync("half of it");
            throw new TimeoutException("The disk is slow.");
        }
    }

    private sealed class FailingPageFilter : IAsyncPageFilter
    {
        public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

        public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
        {
            await next();
            if (context.HttpContext.Features.Get<ProcessContext>() is not null)
                throw new TimeoutException("The commit failed.");
        }
    }

    private sealed class FailingOuterResultFilter : IAsyncResultFilter, IOrderedFilter
    {
        public int Order => int.MinValue + 1000;

        public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
        {
            await next();
            if (context.HttpContext.Features.Get<ProcessContext>() is not null)
                throw new TimeoutException("The commit failed.");
        }
    }

    private sealed class FailingResourceFilter : IAsyncResourceFilter
    {
        public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
        {
            await next();
            if (context.HttpContext.Features.Get<ProcessContext>() is not null)
                throw new TimeoutException("The commit failed.");
        }
    }

    private sealed class FailingResultFilter : IResultFilter
    {
        public void OnResultExecuting(ResultExecutingContext context)
        {
            if (context.HttpContext.Features.Get<ProcessContext>() is not null)
                throw new TimeoutException("The commit failed.");
        }

        public void OnResultExecuted(ResultExecutedContext context)
        {
        }
    }
}
