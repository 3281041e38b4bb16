using System.Globalization;
using System.Reflection;
using AsyncViews.Answers;
using AsyncViews.Capture;
using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Pages;

/// <summary>The foreground of a submission: admitted → captured → stored → answered.</summary>
internal sealed class SubmissionIntake(
    Admission admission,
    RequestCapture capture,
    SubmissionKey keys,
    IProcessStore store,
    IProcessEngine engine,
    Watches watches,
    PageAddresses addresses,
    Telemetry telemetry,
    TimeProvider time,
    IOptions<AsyncViewsOptions> options,
    IStringLocalizer<Strings> texts,
    ILogger<SubmissionIntake> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);

    /// <summary>Before anything has read the body: refuses a submission there is no room for, else begins to capture it.</summary>
    public async Task<IActionResult?> PrepareAsync(HttpContext context, CompiledPageActionDescriptor page)
    {
        try
        {
            if (await admission.RefuseAsync(context) is { } reason)
                return Refuse(context, ProcessPages.TypeOf(page), StatusCodes.Status503ServiceUnavailable, reason);
        }
        catch (StoreUnavailableException exception)
        {
            return RefuseUnavailable(context, exception);
        }

        if (string.Equals(PageRequest.HandlerName(context.Request), "result", StringComparison.OrdinalIgnoreCase))
            addresses.StripProcess(context);
        CapturedBody.NoteFormReadBefore(context);
        RequestBodyTee.Install(context, store);
        return null;
    }

    /// <summary>After model binding: stores the submission, and answers at once.</summary>
    public Task<IActionResult> SubmitAsync(PageContext page) => StoreAsync(page.HttpContext, page.ActionDescriptor, async () =>
    {
        var (body, contentType) = await CapturedBody.CompleteAsync(page.HttpContext, page.HttpContext.RequestAborted);
        return (capture.Capture(page, contentType, body.Length), body);
    });

    /// <summary>The same request once more, as a new process: for one that failed or was interrupted. Null when it is not kept any more.</summary>
    public async Task<IActionResult?> SendAgainAsync(HttpContext context, CompiledPageActionDescriptor page, ProcessId id)
    {
        if (await admission.RefuseAsync(context) is { } reason)
            return Refuse(context, ProcessPages.TypeOf(page), StatusCodes.Status503ServiceUnavailable, reason);

        if (await store.OpenSubmissionAsync(id, context.RequestAborted) is not { } kept)
            return null;

        await using var content = kept.Body;
        await using var body = store.CreateContent();
        return await StoreAsync(context, page, async () =>
        {
            await content.CopyToAsync(body, context.RequestAborted);
            return (capture.Renew(Submission.Deserialize(kept.Submission), context), body);
        });
    }

    private async Task<IActionResult> StoreAsync(
        HttpContext context, CompiledPageActionDescriptor page, Func<Task<(Submission Submission, ContentSpool Body)>> describe)
    {
        PrivateHeaders.SetAtStart(context.Response);
        var type = ProcessPages.TypeOf(page);
        var owner = Owner.Of(context);
        try
        {
            var (submission, body) = await describe();
            using var watch = watches.Begin(ProcessId.New());
            return await AnswerAsync(context, type, watch, await store.AddAsync(new NewProcess
            {
                Id = watch.Id,
                Type = type,
                Owner = owner,
                SubmissionKey = await keys.ComputeAsync(context, owner, type, body, context.RequestAborted),
                MaxStarts = page.ModelTypeInfo!.GetCustomAttribute<RerunAfterCrashAttribute>()?.MaxStarts ?? 1,
                Submission = submission.Serialize(),
                RunSecrets = capture.CaptureRunSecrets(context.Request),
                Body = body,
            }));
        }
        catch (StoreUnavailableException exception)
        {
            telemetry.Submitted(type, "Refused");
            return RefuseUnavailable(context, exception);
        }
    }

    /// <summary>
    /// Refuses what could not be kept. Asked before what is wrong with the form: on a full disk the framework cannot read
    /// an upload either, and the person is not to blame. Null where all was kept.
    /// </summary>
    public IActionResult? RefuseUnkept(HttpContext context) =>
        context.Features.Get<RequestBodyTee>()?.Failure is { } failure ? RefuseUnavailable(context, failure) : null;

    /// <summary>The store can be neither written nor read just now.</summary>
    public IActionResult RefuseUnavailable(HttpContext context, StoreUnavailableException exception)
    {
        Log.StoreUnavailable(logger, exception);
        return Refuse(context, StatusCodes.Status503ServiceUnavailable, texts["The server cannot reach what it keeps just now."]);
    }

    private async Task<IActionResult> AnswerAsync(HttpContext context, string type, Watches.Watch watch, AddResult added)
    {
        switch (added.Outcome)
        {
            case AddOutcome.QueueFull:
                return Refuse(context, type, StatusCodes.Status503ServiceUnavailable, texts["Too much is waiting to be processed already."]);

            case AddOutcome.OwnerLimit:
                return Refuse(context, type, StatusCodes.Status429TooManyRequests, texts["Several of your submissions are still being processed. Wait until one of them has finished."]);

            case AddOutcome.AlreadyThere:
                telemetry.Submitted(type, "AlreadyThere");
                Log.SameSubmission(logger, added.Id!.Value, type);
                return Accept(context, addresses.Of(context, added.Id.Value), hasEnded: false);

            default:
                telemetry.Submitted(type, "Added");
                Log.Accepted(logger, watch.Id, type);
                var startsHere = await engine.WakeAsync();
                return Accept(context, addresses.Of(context, watch.Id), startsHere && !WantsNoPage(context.Request) && await EndsFastAsync(watch, context.RequestAborted));
        }
    }

    private async Task<bool> EndsFastAsync(Watches.Watch watch, CancellationToken cancellationToken)
    {
        if (options.Value.FastEndWait == TimeSpan.Zero)
            return false;

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(watch.Ended, Task.Delay(options.Value.FastEndWait, time, timer.Token));
        await timer.CancelAsync();
        return watch.Ended.IsCompleted;
    }

    private static bool WantsNoPage(HttpRequest request) => Prefer.Has(request, Prefer.RespondAsync) || JsonClient.Is(request);

    private static IActionResult Accept(HttpContext context, ProcessAddresses process, bool hasEnded)
    {
        if (!WantsNoPage(context.Request))
            return new SeeOtherResult(hasEnded ? process.Result : process.Processing);

        var headers = context.Response.Headers;
        headers.RetryAfter = Seconds(FirstPoll);
        if (Prefer.Has(context.Request, Prefer.RespondAsync))
            headers[Prefer.Applied] = Prefer.RespondAsync;
        return new AcceptedResult(process.Completed, null);
    }

    private IActionResult Refuse(HttpContext context, string type, int statusCode, string reason)
    {
        Log.Refused(logger, type, statusCode);
        telemetry.Submitted(type, "Refused");
        return Refuse(context, statusCode, reason);
    }

    private IActionResult Refuse(HttpContext context, int statusCode, string reason)
    {
        context.Response.Headers.RetryAfter = Seconds(RetryAfter);
        return JsonClient.Is(context.Request)
            ? JsonClient.Problem(statusCode, texts["Not accepted"], reason)
            : ProcessView.Page("Refused", new ProcessPage { Form = addresses.FormOf(context), Refusal = reason }, statusCode);
    }

    private static string Seconds(TimeSpan span) => ((int)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
