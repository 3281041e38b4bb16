using AsyncViews.Diagnostics;
using AsyncViews.Results;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running.Replay;

/// <summary>Invokes a page's action with a captured request, and captures the response.</summary>
internal sealed class PageReplay(
    IServiceScopeFactory scopes,
    ProcessPages pages,
    ResultSpools spools,
    IOptions<AsyncViewsOptions> options,
    AskedInVain askedInVain,
    SafeLogger<PageReplay> logger) : IProcessWork
{
    public IReadOnlySet<ProcessType> Types => pages.Types;

    public RetryOnFailureAttribute? RetryOf(ProcessType type) => pages.Find(type)?.Retry;

    public string? QuotaOf(ProcessType type) => pages.Find(type)?.Quota;

    public async Task<ProcessOutcome> RunAsync(ClaimedProcess claim, Submission submission, ProcessContext process)
    {
        var handler = pages.Find(claim.Record.Type)!;
        var page = handler.Page;
        var secrets = RunSecrets.Deserialize(claim.RunSecrets);
        var request = submission.Request!.WithCookies(secrets.Cookies);
        await using var used = new RunResources(process.Id, logger);
        var scope = used.Add(scopes.CreateAsyncScope());
        // Asked for here: an application that has jobs and no pages has neither this nor what invokes actions.
        var contexts = scope.ServiceProvider.GetRequiredService<IHttpContextFactory>();
        var body = used.Add(await claim.Body.OpenReadAsync(process.CancellationToken));
        var spool = spools.Create(process);
        try
        {
            var response = new ResponseCapture(spool, options.Value.MaxResultBytes) { AllowSynchronousIO = request.AllowSynchronousIO };
            var session = new RunSession(secrets.Session);
            var features = ReplayedRequest.Rebuild(request, body, response, secrets.HasSession ? session : null, process, scope.ServiceProvider);
            askedInVain.Watch(features, page.DisplayName!, request.LeftBehind);
            var context = contexts.Create(features);
            used.Add(() => contexts.Dispose(context));
            try
            {
                context.Features.Set(handler);
                var tempData = RunTempData.Begin(context);
                Prepare(context, page, request);
                if (!await context.RequestServices.GetRequiredService<RunAuthorization>().IsAllowedAsync(context, page))
                    throw new RunNotAllowedException();

                return await RunFilters.InvokeAsync(new ProcessRunContext(process, claim.Record.Type, handler.Metadata, scope.ServiceProvider, context), async () =>
                {
                    await InvokeAsync(context, page);

                    // A filter of MVC may have answered an exception. The work has failed all the same, and its transaction must not be committed.
                    if (process.Transactions!.Surrounds)
                        context.Features.GetRequiredFeature<RunResult>().WorkFailure?.Throw();
                    Check(context, process);
                    var recorded = await RecordAsync(context, response) with
                    {
                        TempData = tempData.Changes,
                        SkipsStatusCodePages = context.Features.Get<IStatusCodePagesFeature>() is { Enabled: false },
                    };
                    if (recorded.StatusCode is StatusCodes.Status307TemporaryRedirect or StatusCodes.Status308PermanentRedirect)
                        Log.RedirectWithoutForm(logger, process.Id, recorded.StatusCode);
                    return new ProcessOutcome(ProcessState.Succeeded) { Response = recorded.Serialize(), Body = spool };
                });
            }
            finally
            {
                foreach (var error in await response.FireCompletedAsync())
                    Log.CompletedCallbackFailed(logger, process.Id, error);
            }
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets up the request. Not in an async method, at whose return all would be gone that a feature puts into an AsyncLocal.</summary>
    private static void Prepare(HttpContext context, RouteEndpoint page, CapturedRequest request)
    {
        context.SetEndpoint(page);
        AcceptedForm.Expect(context);
        context.Request.RouteValues = new RouteValueDictionary(request.RouteValues);
        foreach (var feature in context.RequestServices.GetServices<ISubmissionFeature>())
            feature.Restore(context, request.Features);

        // Registered first, so it runs last, when all headers are set.
        context.Response.OnStarting(() =>
        {
            RecordedAddresses.Resolve(context.Response.Headers, context.Request.GetEncodedPathAndQuery());
            return Task.CompletedTask;
        });
    }

    private async Task InvokeAsync(HttpContext context, RouteEndpoint page)
    {
        // As routing has it in a request: filter providers look at the compiled page.
        var descriptor = await pages.CompileAsync(page.Metadata.GetRequiredMetadata<PageActionDescriptor>());
        var invokers = context.RequestServices.GetRequiredService<IActionInvokerFactory>();
        var invoker = invokers.CreateInvoker(new ActionContext(context, new RouteData(context.Request.RouteValues), descriptor))!;
        try
        {
            await invoker.InvokeAsync();
        }
        catch (Exception exception) when (IsOfTheResult(exception, context) && context.Features.GetRequiredFeature<RunResult>().Failure == exception)
        {
            throw new ResultNotShownException(exception);
        }
    }

    private static async Task<RecordedResponse> RecordAsync(HttpContext context, ResponseCapture response)
    {
        try
        {
            return await response.RecordAsync();
        }
        catch (Exception exception) when (IsOfTheResult(exception, context))
        {
            throw new ResultNotShownException(exception);
        }
    }

    /// <summary>Returns whether the work is done. What is called off is called off, whatever it did just then.</summary>
    private static bool IsOfTheResult(Exception exception, HttpContext context) =>
        context.Features.GetRequiredFeature<RunResult>().IsWorkDone
        && (exception is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested);

    private void Check(HttpContext context, ProcessContext process)
    {
        if (context.Features.Get<RunInvalid>() is { } invalid)
            throw new RunInvalidException(invalid.Keys, invalid.Missing);

        if (context.Features.Get<RunReached>() is null)
            Log.HandlerNotReached(logger, process.Id);
    }
}
