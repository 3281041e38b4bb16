using AsyncViews.Answers;
using AsyncViews.Capture;
using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Pages;

/// <summary>Answers what concerns a process of the page, and prepares what concerns the page itself.</summary>
internal sealed class ProcessEndpoints(
    ProcessLookup lookup,
    CompletedEndpoint completed,
    ResultEndpoint results,
    SubmissionIntake intake,
    IProcessManager processes,
    IAntiforgery antiforgery,
    TimeProvider time)
{
    /// <summary>Null where the page itself is to answer.</summary>
    public Task<IActionResult?> AnswerAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        return PageRequest.HandlerName(request)?.ToLowerInvariant() switch
        {
            "processing" => ForAsync(context, ProcessingAsync, HttpMethods.Get, HttpMethods.Head),
            "completed" => ForAsync(context, CompletedAsync, HttpMethods.Get, HttpMethods.Head),
            "result" when !HttpMethods.IsPost(request.Method) => ForAsync(context, ResultAsync, HttpMethods.Get, HttpMethods.Head, HttpMethods.Post),
            "again" => ForAsync(context, SendAgainAsync, HttpMethods.Post),
            "cancel" => ForAsync(context, CancelAsync, HttpMethods.Post, HttpMethods.Delete),
            _ => PageAsync(context),
        };
    }

    private async Task<IActionResult?> ForAsync(
        AuthorizationFilterContext context, Func<AuthorizationFilterContext, ProcessPage, Task<IActionResult?>> answer, params string[] methods)
    {
        if (!methods.Contains(context.HttpContext.Request.Method, StringComparer.OrdinalIgnoreCase))
            return NotAllowed(context, methods);

        PrivateHeaders.SetAtStart(context.HttpContext.Response);
        try
        {
            var (page, refusal) = await lookup.FindAsync(context);
            return page is null ? refusal : await answer(context, page);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or DamagedContentException)
        {
            return lookup.Apologize(context.HttpContext, exception);
        }
    }

    private async Task<IActionResult?> ProcessingAsync(AuthorizationFilterContext context, ProcessPage page)
    {
        if (!page.Status!.IsEnded)
        {
            context.HttpContext.Features.Set(page);
            return null;
        }

        return await results.DescribeDownloadAsync(page, context.HttpContext.RequestAborted) is { } download
            ? ProcessView.Page("Ready", download, StatusCodes.Status200OK)
            : new SeeOtherResult(page.Addresses!.Result);
    }

    private async Task<IActionResult?> CompletedAsync(AuthorizationFilterContext context, ProcessPage page)
    {
        if (!await completed.HoldAsync(context.HttpContext, page))
            return await completed.AnswerAsync(context.HttpContext, page);

        // Whoever was its owner when the poll came may not be when it is answered.
        if (HasSessionExpired(context.HttpContext))
            return new SignedOutResult();
        var (current, refusal) = await lookup.FindAsync(context);
        return current is null ? refusal : await completed.AnswerAsync(context.HttpContext, current);
    }

    private bool HasSessionExpired(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc <= time.GetUtcNow();

    private async Task<IActionResult?> ResultAsync(AuthorizationFilterContext context, ProcessPage page) =>
        await results.AnswerAsync(context.HttpContext, page);

    private async Task<IActionResult?> CancelAsync(AuthorizationFilterContext context, ProcessPage page)
    {
        var http = context.HttpContext;
        if (!SubmissionAntiforgeryAttribute.IsIgnored(context) && !await IsTokenValidAsync(http))
            return new AntiforgeryValidationFailedResult();

        var outcome = await processes.CancelAsync(page.Status!.Id, http.RequestAborted);
        if (HttpMethods.IsDelete(http.Request.Method))
            return new StatusCodeResult(outcome == CancelOutcome.AlreadyEnded ? StatusCodes.Status204NoContent : StatusCodes.Status202Accepted);

        return new SeeOtherResult(outcome == CancelOutcome.AlreadyEnded ? page.Addresses!.Result : page.Addresses!.Processing);
    }

    private async Task<IActionResult?> SendAgainAsync(AuthorizationFilterContext context, ProcessPage page)
    {
        var http = context.HttpContext;
        if (!SubmissionAntiforgeryAttribute.IsIgnored(context) && !await IsTokenValidAsync(http))
            return new AntiforgeryValidationFailedResult();

        return await intake.SendAgainAsync(http, ProcessPages.TypeOf((CompiledPageActionDescriptor)context.ActionDescriptor), page.Status!.Id)
            ?? new SeeOtherResult(page.Addresses!.Result);
    }

    /// <summary>The framework's shorter question is true for DELETE, whatever the token.</summary>
    private async Task<bool> IsTokenValidAsync(HttpContext context)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(context);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    private Task<IActionResult?> PageAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        var page = (CompiledPageActionDescriptor)context.ActionDescriptor;
        if (HttpMethods.IsPost(request.Method))
            return PageRequest.IsSubmission(request, page) ? intake.PrepareAsync(context.HttpContext, page) : Task.FromResult<IActionResult?>(null);

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            Owner.Prepare(context.HttpContext);
            return Task.FromResult<IActionResult?>(null);
        }

        var own = page.HandlerMethods.Select(handler => handler.HttpMethod).Append(HttpMethods.Get).Append(HttpMethods.Head).Append(HttpMethods.Post);
        return Task.FromResult<IActionResult?>(own.Contains(request.Method, StringComparer.OrdinalIgnoreCase) ? null : NotAllowed(context, own));
    }

    private static StatusCodeResult NotAllowed(AuthorizationFilterContext context, IEnumerable<string> methods)
    {
        context.HttpContext.Response.Headers.Allow = string.Join(", ", methods.Select(method => method.ToUpperInvariant()).Distinct());
        return new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
    }
}
