using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Endpoints;

/// <summary>Answers what concerns a process of the page, and prepares what concerns the page itself.</summary>
internal sealed class ProcessEndpoints(
    ProcessLookup lookup,
    HeldPolls polls,
    CompletedEndpoint completed,
    ResultEndpoint results,
    SubmissionIntake intake,
    Owners owners,
    OwnerCookies ownerCookies,
    PageAddresses addresses,
    IProcessManager processes,
    ScriptAnswer scripts,
    TokenlessScripts tokenless,
    TimeProvider time)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] ReadingOrSubmitting = [.. Reading, HttpMethods.Post];

    /// <summary>Null where the page itself is to answer.</summary>
    public Task<IActionResult?> AnswerAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        if (Reading.Contains(request.Method, StringComparer.OrdinalIgnoreCase) && ownerCookies.CorrectAddress(request) is { } address)
            return Task.FromResult<IActionResult?>(new RedirectResult(address, permanent: false, preserveMethod: true));

        return PageRequest.IsProcess(request, request.RouteValues) ? AnswerAsync(ProcessRequest.OfPage(context)) : PageAsync(context);
    }

    /// <summary>Null where a page is to show the process that is now among the request's features, or there is nothing at this address.</summary>
    public Task<IActionResult?> AnswerAsync(ProcessRequest request) => HandlerOf(request.Http.Request) switch
    {
        "processing" => ForAsync(request, ProcessingAsync, Reading),
        "completed" => PollAsync(request),
        "result" => ForAsync(request, ResultAsync, request.TakesSubmissions ? ReadingOrSubmitting : Reading),
        "again" => ForAsync(request, SendAgainAsync, HttpMethods.Post),
        "cancel" => ForAsync(request, CancelAsync, HttpMethods.Post, HttpMethods.Delete),
        _ => Task.FromResult<IActionResult?>(null),
    };

    private static string? HandlerOf(HttpRequest request) => PageRequest.HandlerName(request)?.ToLowerInvariant();

    private async Task<IActionResult?> PollAsync(ProcessRequest request)
    {
        var answer = await ForAsync(request, CompletedAsync, Reading);
        PollAnswer.Mark(request.Http);
        return answer;
    }

    private async Task<IActionResult?> ForAsync(ProcessRequest request, Func<ProcessRequest, ProcessPage, Task<IActionResult?>> answer, params string[] methods)
    {
        if (!methods.Contains(request.Http.Request.Method, StringComparer.OrdinalIgnoreCase))
            return NotAllowed(request.Http, methods);

        PrivateHeaders.SetAtStart(request.Http);
        try
        {
            var (page, refusal) = await lookup.FindAsync(request);
            return page is null ? refusal : await answer(request, page);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or DamagedContentException)
        {
            return lookup.Apologize(request.Http, exception);
        }
    }

    private async Task<IActionResult?> ProcessingAsync(ProcessRequest request, ProcessPage page)
    {
        if (JsonClient.Is(request.Http.Request))
            return await completed.AnswerAsync(request.Http, page);

        if (!page.Status!.IsEnded)
        {
            request.Http.Features.Set(page);
            return null;
        }

        return await results.StandInAsync(page, request.Http.RequestAborted) ?? new SeeOtherResult(page.Addresses!.Result);
    }

    private Task<IActionResult?> CompletedAsync(ProcessRequest request, ProcessPage page) =>
        polls.Of(request.Http.Request, page) is { } poll ? AnswerHeldAsync(request, poll) : completed.AnswerAsync(request.Http, page);

    private async Task<IActionResult?> AnswerHeldAsync(ProcessRequest request, HeldPoll poll)
    {
        await polls.HoldAsync(request.Http, poll);

        // Whoever was its owner when the poll came may not be when it is answered.
        if (HasSessionExpired(request.Http))
            return new SignedOutResult();
        var (page, refusal) = await lookup.FindAsync(request);
        return page is null ? refusal : await completed.AnswerAsync(request.Http, page);
    }

    private bool HasSessionExpired(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc <= time.GetUtcNow();

    private async Task<IActionResult?> ResultAsync(ProcessRequest request, ProcessPage page) =>
        !page.Status!.IsEnded && JsonClient.Is(request.Http.Request)
            ? scripts.Answer(request.Http, page)
            : await results.AnswerAsync(request.Http, page);

    private async Task<IActionResult?> CancelAsync(ProcessRequest request, ProcessPage page)
    {
        var http = request.Http;
        if (!request.IgnoresAntiforgery && !await IsTokenValidAsync(http))
            return RefuseToken(http);

        var outcome = await processes.CancelAsync(page.Status!.Id, http.RequestAborted);
        if (HttpMethods.IsDelete(http.Request.Method) && outcome == CancelOutcome.AlreadyEnded)
            return new StatusCodeResult(StatusCodes.Status204NoContent);

        if (HttpMethods.IsDelete(http.Request.Method) || JsonClient.Is(http.Request))
            return await AnswerCanceledAsync(request, outcome);

        return new SeeOtherResult(outcome == CancelOutcome.AlreadyEnded ? page.Addresses!.Result : page.Addresses!.Processing);
    }

    /// <summary>A queued process has ended by now, a running one has not.</summary>
    private async Task<IActionResult?> AnswerCanceledAsync(ProcessRequest request, CancelOutcome outcome)
    {
        var (page, refusal) = await lookup.FindAsync(request);
        return page is null ? refusal : scripts.Answer(
            request.Http, page, outcome == CancelOutcome.AlreadyEnded ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private async Task<IActionResult?> SendAgainAsync(ProcessRequest request, ProcessPage page)
    {
        var http = request.Http;
        if (!request.IgnoresAntiforgery && !await IsTokenValidAsync(http))
            return RefuseToken(http);

        return await intake.SendAgainAsync(http, page.Status!.Type, page.Status.Id)
            ?? new SeeOtherResult(page.Addresses!.Result);
    }

    private static AntiforgeryValidationFailedResult RefuseToken(HttpContext context)
    {
        if (JsonClient.Is(context.Request))
            PollAnswer.KeepFromStatusPages(context);
        return new AntiforgeryValidationFailedResult();
    }

    /// <summary>The framework's shorter question is true for DELETE, whatever the token.</summary>
    private async Task<bool> IsTokenValidAsync(HttpContext context)
    {
        if (await tokenless.IncludeAsync(context))
            return true;

        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
            return true;
        }
        catch (AntiforgeryValidationException exception)
        {
            context.RequestServices.GetRequiredService<RefusalLog>().Add(context, SubmissionRefusal.From(context, exception));
            return false;
        }
    }

    private Task<IActionResult?> PageAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        var page = (CompiledPageActionDescriptor)context.ActionDescriptor;
        if (HandlerOf(request) == "result")
            addresses.StripProcess(context.HttpContext);

        if (!PageRequest.HasHandlerOfItsName(request, page) && !SubmissionAntiforgeryAttribute.IsIgnored(context))
            PrivateHeaders.KeepFromOutputCache(context.HttpContext);

        if (HttpMethods.IsPost(request.Method))
            return PageRequest.IsSubmission(request, page) ? intake.PrepareAsync(context.HttpContext, page) : Task.FromResult<IActionResult?>(null);

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            owners.Prepare(context.HttpContext);
            return Task.FromResult<IActionResult?>(null);
        }

        var own = page.HandlerMethods.Select(handler => handler.HttpMethod).Append(HttpMethods.Get).Append(HttpMethods.Head).Append(HttpMethods.Post);
        return Task.FromResult<IActionResult?>(own.Contains(request.Method, StringComparer.OrdinalIgnoreCase) ? null : NotAllowed(context.HttpContext, own));
    }

    private static StatusCodeResult NotAllowed(HttpContext context, IEnumerable<string> methods)
    {
        context.Response.Headers.Allow = string.Join(", ", methods.Select(method => method.ToUpperInvariant()).Distinct());
        return new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
    }
}
