using AsyncViews.Diagnostics;
using AsyncViews.Http;
using AsyncViews.Results;
using AsyncViews.Running.Replay;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Capture;

/// <summary>
/// Next to the handler: in its place, takes a submission to one that runs as a process, and lets it go on in the run.
/// Every filter of the application has had its say before, and sees the result.
/// </summary>
internal sealed class HandlerFilter : IAsyncPageFilter, IAsyncExceptionFilter
{
    /// <exception cref="InvalidOperationException">A filter has chosen a handler that runs as a process for a request of which nothing is kept.</exception>
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        var page = (CompiledPageActionDescriptor)context.ActionDescriptor;

        // A filter may have chosen the handler of the POST by what the run has not.
        if (context.HttpContext.Features.Get<AsyncHandler>() is { } submitted)
            context.HandlerMethod = page.HandlerMethods.Single(handler => AsyncHandlers.Contain(handler) && handler.Name == submitted.Name);
        else if (context.HandlerMethod is { } chosen && AsyncHandlers.Contain(chosen) && !PageHandlers.IsSubmission(context.HttpContext.Request, page))
            throw new InvalidOperationException(
                $"A page filter chose the handler {chosen.MethodInfo.Name} of {page.DisplayName}, which runs as a process, for a request that reaches another handler. " +
                "Its body was not kept. Send the form to the handler's own address, or have the filter choose among the handlers of one kind.");
        return Task.CompletedTask;
    }

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var page = (PageModel)context.HandlerInstance;
        if (context.HandlerMethod is not { } handler)
        {
            var executed = await next();
            if (executed.Exception is null && ShowsForm(context.HttpContext.Request.Method))
                executed.Result = await ((IAsyncPage)page).InitialPageAsync();
        }
        else if (!AsyncHandlers.Contain(handler))
        {
            // The token was refused. Only handlers that run as processes show the form again for that, and a filter has chosen another one since.
            if (context.HttpContext.Features.Get<SubmissionRefusal>() is null)
                await next();
            else
                context.Result = new AntiforgeryValidationFailedResult();
        }
        else if (context.HttpContext.Features.Get<ProcessContext>() is { } process)
        {
            await RunAsync(context, handler, process, next);
        }
        else
        {
            context.Result = await SubmitAsync(page, handler);
        }
    }

    /// <summary>Notes what a page filter has thrown, too, before an exception filter of the application makes a response of it.</summary>
    public Task OnExceptionAsync(ExceptionContext context)
    {
        if (context.HttpContext.Features.Get<RunResult>() is { } result)
            result.WorkFailure ??= context.ExceptionDispatchInfo;
        return Task.CompletedTask;
    }

    /// <summary>Where a page has no handler, Razor Pages shows the page.</summary>
    private static bool ShowsForm(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method);

    private static async Task RunAsync(PageHandlerExecutingContext context, HandlerMethodDescriptor handler, ProcessContext process, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        var verdict = http.Features.Get<Verdict>()!;
        var added = Verdict.ErrorsOf(context.ModelState).Keys.Except(http.Features.Get<Bound>()!.Errors.Keys).Except(verdict.Final.Keys).ToArray();
        if (added.Length > 0)
            Log.ErrorsOfFilterDropped(http.RequestServices.GetRequiredService<SafeLogger<HandlerFilter>>(), process.Id, string.Join(", ", added.Select(key => $"'{key}'")));
        verdict.ApplyTo(context.ModelState);

        foreach (var parameter in handler.Parameters.Where(parameter => parameter.ParameterType == typeof(ProcessContext)))
            context.HandlerArguments[parameter.Name] = process;
        http.Features.Set(new RunReached());
        var executed = await next();
        var result = http.Features.Get<RunResult>()!;
        result.IsWorkDone = executed is { Exception: null, Canceled: false };
        result.WorkFailure = executed.ExceptionDispatchInfo;
    }

    private static async Task<IActionResult> SubmitAsync(PageModel page, HandlerMethodDescriptor handler)
    {
        var intake = page.HttpContext.RequestServices.GetRequiredService<SubmissionIntake>();
        if (intake.RefuseUnkept(page.HttpContext) is { } unkept)
            return unkept;

        if (await SubmissionRefusal.FindAsync(page.HttpContext) is { } refusal)
            return await RefuseAsync(page, refusal);

        if (await ((IAsyncPage)page).ShouldRunProcessAsync())
            return await intake.SubmitAsync(page.PageContext, handler, VerdictOn(page), PageViewData.TitleOf(page));

        return RequestKind.IsScript(page.Request) ? await TellScriptAsync(page) : await ((IAsyncPage)page).InitialPageAsync();
    }

    /// <summary>A script must not take the form for its result. What else the page answers is its own business.</summary>
    private static async Task<IActionResult> TellScriptAsync(PageModel page)
    {
        if (!page.ModelState.IsValid)
            return JsonClient.Invalid(page.ModelState, StatusCodes.Status400BadRequest);

        if (await ((IAsyncPage)page).InitialPageAsync() is var answer and not PageResult)
            return answer;

        var texts = page.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<Strings>>();
        return JsonClient.Problem("not-started", StatusCodes.Status422UnprocessableEntity, texts["Form.NotStarted"]);
    }

    private static Verdict VerdictOn(PageModel page) => new()
    {
        Bound = page.HttpContext.Features.Get<Bound>()!.Errors,
        Final = Verdict.ErrorsOf(page.ModelState),
    };

    private static async Task<IActionResult> RefuseAsync(PageModel page, SubmissionRefusal refusal)
    {
        var texts = page.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<Strings>>();
        page.ModelState.AddModelError("", texts[refusal.Message]);
        if (RequestKind.IsScript(page.Request))
            return JsonClient.Invalid(page.ModelState, refusal.StatusCode);

        page.Response.StatusCode = RequestKind.StatusOfRefusal(page.Request, refusal.StatusCode);
        return await ((IAsyncPage)page).InitialPageAsync();
    }
}
