using System.Globalization;
using AsyncViews.Diagnostics;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>The foreground of a submission: admitted → captured → stored → answered.</summary>
internal sealed class SubmissionIntake(
    Admission admission,
    RequestCapture capture,
    SubmissionKey keys,
    Owners owners,
    IProcessStore store,
    ContentRoom room,
    Acceptance acceptance,
    Watches watches,
    AcceptedAnswer answer,
    ProcessPages pages,
    PageAddresses addresses,
    Telemetry telemetry,
    IOptions<AsyncViewsOptions> options,
    IStringLocalizer<Strings> texts,
    RefusalLog refusals)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Before anything has read the body: refuses a submission there is no room for, else begins to capture it.</summary>
    public async Task<IActionResult?> PrepareAsync(HttpContext context, CompiledPageActionDescriptor page)
    {
        ContentShare share;
        try
        {
            var sender = owners.SenderWithoutCookie(context);
            share = room.ForBody(sender);
            if (await admission.RefuseAsync(context, sender) is { } reason)
                return Refuse(context, PageTypes.Of(page, PageHandlers.Find(context.Request, page)?.Name), StatusCodes.Status503ServiceUnavailable, reason);
        }
        catch (StoreUnavailableException exception)
        {
            return RefuseUnavailable(context, exception);
        }

        LeftBehind.NoteItems(context);
        var spool = store.CreateContent();
        spool.Share = share;
        CapturedBody.Begin(context, spool);
        return null;
    }

    /// <summary>After model binding: stores the submission, and answers at once.</summary>
    public async Task<IActionResult> SubmitAsync(PageContext page, HandlerMethodDescriptor handler, Verdict verdict, string? title)
    {
        var context = page.HttpContext;
        PrivateHeaders.SetAtStart(context);
        var type = PageTypes.Of(page.ActionDescriptor, handler.Name);
        var runs = pages.Find(type)!;
        var answered = await AnswerAsync(context, type, async id =>
        {
            var sender = owners.SenderOf(context);
            var (body, contentType) = await CapturedBody.CompleteAsync(context, context.RequestAborted);
            var origin = PageAddresses.OriginOf(context, title) with { UserName = Owner.NameOf(context.User) };
            var (key, isIdempotencyKey) = await keys.ComputeAsync(context, sender.Owner, type, body, context.RequestAborted);
            var accepted = await acceptance.AddAsync(new NewProcess
            {
                Id = id,
                Type = type,
                Owner = sender.Owner,
                Lane = sender.Lane,
                IsAnonymous = sender.IsAnonymous,
                HasAddress = sender.HasAddress,
                SubmissionKey = key,
                HasIdempotencyKey = isIdempotencyKey,
                Terms = new() { MaxStarts = runs.MaxStarts, MaxAttempts = runs.MaxAttempts },
                Metadata = origin.SearchEntries(),
                Origin = origin.Serialize(),
                Submission = capture.Capture(page, handler, verdict, contentType, body.Length).Serialize(),
                RunSecrets = (await capture.CaptureRunSecretsAsync(context)).Serialize(),
                Body = body,
            }, offersAgain: !RequestKind.IsScript(context.Request), TransactionOf(context));
            return (accepted, origin);
        });
        return answered!;
    }

    /// <summary>The same request once more, as a new process. Null when it is not kept (any more).</summary>
    public async Task<IActionResult?> SendAgainAsync(HttpContext context, ProcessType type, ProcessId id)
    {
        var sender = owners.SenderOf(context);
        if (await admission.RefuseAsync(context, sender) is { } reason)
            return Refuse(context, type, StatusCodes.Status503ServiceUnavailable, reason);

        return await AnswerAsync(context, type, async newId =>
        {
            if (await acceptance.JudgeAsync(sender, context.RequestAborted) is not AddOutcome.Added and var refusal)
                return (new Accepted(refusal), null);

            return await acceptance.SendAgainAsync(
                id, ChangeAsync, mayFollow: record => owners.Is(context, record.Owner), offersAgain: !RequestKind.IsScript(context.Request), TransactionOf(context), room.ForBody(sender), context.RequestAborted);

            async Task<NewProcess> ChangeAsync(NewProcess again, Submission kept)
            {
                var (key, isIdempotencyKey) = await keys.ComputeAsync(context, sender.Owner, type, again.Body, context.RequestAborted);
                var origin = SubmissionOrigin.Parse(again.Origin) is { } old ? old with { UserName = Owner.NameOf(context.User) } : new();
                return again with
                {
                    Origin = origin.Serialize(),
                    Metadata = origin.SearchEntries(),
                    Id = newId,
                    Owner = sender.Owner,
                    Lane = sender.Lane,
                    IsAnonymous = sender.IsAnonymous,
                    HasAddress = sender.HasAddress,
                    IsLimited = true,
                    SubmissionKey = key,
                    HasIdempotencyKey = isIdempotencyKey,
                    Submission = capture.Renew(kept, context).Serialize(),
                    RunSecrets = kept.Request is null ? default : (await capture.CaptureRunSecretsAsync(context)).Serialize(),
                };
            }
        });
    }

    private ProcessTransaction? TransactionOf(HttpContext context) => options.Value.SubmissionTransaction?.Invoke(context);

    /// <summary>
    /// Refuses what could not be kept. Asked before what is wrong with the form: on a full disk the framework cannot read
    /// an upload either, and the person is not to blame. Null where all was kept.
    /// </summary>
    public IActionResult? RefuseUnkept(HttpContext context) =>
        context.Features.Get<RequestBodyTee>()?.Failure is { } failure ? RefuseUnavailable(context, failure) : null;

    /// <summary>The framework cannot keep what it read of the form.</summary>
    public IActionResult RefuseUnbuffered(HttpContext context, Exception exception)
    {
        if (RefuseUnkept(context) is { } unkept)
            return unkept;

        refusals.AddUnbuffered(exception);
        return Refuse(context, StatusCodes.Status503ServiceUnavailable, texts["Refused.StoreUnavailable"]);
    }

    /// <summary>The store can be neither written nor read just now, or there is no room.</summary>
    public IActionResult RefuseUnavailable(HttpContext context, StoreUnavailableException exception)
    {
        refusals.AddUnavailable(exception);
        return Refuse(context, StatusCodes.Status503ServiceUnavailable, exception.IsLackOfRoom ? texts["Refused.DiskFull"] : texts["Refused.StoreUnavailable"]);
    }

    private async Task<IActionResult?> AnswerAsync(HttpContext context, ProcessType type, Func<ProcessId, Task<(Accepted Accepted, SubmissionOrigin? Origin)?>> send)
    {
        try
        {
            using var watch = watches.Begin(ProcessId.New());
            return await send(watch.Id) is var (accepted, origin) ? await AnswerAsync(context, type, watch, accepted, origin) : null;
        }
        catch (StoreUnavailableException exception)
        {
            telemetry.Submitted(type, exception.MayBeStored ? "InDoubt" : "Refused");
            return exception.MayBeStored ? AnswerInDoubt(context, exception) : RefuseUnavailable(context, exception);
        }
    }

    /// <summary>Nobody knows whether it was accepted: nobody is told that nothing was started, or when to send it again.</summary>
    private IActionResult AnswerInDoubt(HttpContext context, StoreUnavailableException exception)
    {
        refusals.AddUnavailable(exception);
        return RequestKind.IsScript(context.Request)
            ? JsonClient.Problem("in-doubt", StatusCodes.Status503ServiceUnavailable, texts["Unavailable.Title"], texts["Failed.Next"])
            : ProcessView.Page("InDoubt", new MessageViewModel { Form = "" }, RequestKind.StatusOfRefusal(context.Request, StatusCodes.Status503ServiceUnavailable));
    }

    private async Task<IActionResult> AnswerAsync(HttpContext context, ProcessType type, Watches.Watch watch, Accepted accepted, SubmissionOrigin? origin)
    {
        (int StatusCode, LocalizedString Reason)? refusal = accepted.Outcome switch
        {
            AddOutcome.QueueFull => (StatusCodes.Status503ServiceUnavailable, texts["Refused.QueueFull"]),
            AddOutcome.StoreFull => (StatusCodes.Status503ServiceUnavailable, texts["Refused.DiskFull"]),
            AddOutcome.OwnerLimit => (StatusCodes.Status429TooManyRequests, texts["Refused.OwnerLimit"]),
            AddOutcome.AddressLimit => (StatusCodes.Status429TooManyRequests, texts["Refused.AddressLimit"]),
            AddOutcome.KeptLimit => (StatusCodes.Status429TooManyRequests, texts["Refused.KeptLimit"]),
            _ => null,
        };
        if (refusal is var (statusCode, reason))
        {
            refusals.AddRefused(type, statusCode, reason.Name);
            return Refuse(context, statusCode, reason);
        }

        var id = accepted.Id!.Value;
        var process = (origin is null ? null : addresses.Of(context, type, id, origin)) ?? addresses.Of(context, type, id);
        return await answer.AnswerAsync(context, accepted, process, watch);
    }

    private IActionResult Refuse(HttpContext context, ProcessType type, int statusCode, LocalizedString reason)
    {
        refusals.AddRefused(type, statusCode, reason.Name);
        telemetry.Submitted(type, "Refused");
        return Refuse(context, statusCode, reason);
    }

    private IActionResult Refuse(HttpContext context, int statusCode, string reason)
    {
        context.Response.Headers.RetryAfter = Seconds(RetryAfter);

        // Whoever sends something again has filled in no form just now.
        var form = RequestedHandler.Is(context.Request, HandlerNames.Again) ? "" : addresses.FormOf(context);
        return RequestKind.IsScript(context.Request)
            ? JsonClient.Problem(null, statusCode, texts["Refused.Title"], reason)
            : ProcessView.Page("Refused", new MessageViewModel { Form = form, Reason = reason }, RequestKind.StatusOfRefusal(context.Request, statusCode));
    }

    private static string Seconds(TimeSpan span) => ((int)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
