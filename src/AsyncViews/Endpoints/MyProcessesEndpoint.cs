using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>The page 'my processes', where the application has mapped it: the list, its polls, and what its buttons ask for.</summary>
internal sealed class MyProcessesEndpoint(
    OwnProcesses own, DiscardEndpoint discarding, ProcessLookup lookup, SubmissionIntake intake, IProcessManager processes, IStringLocalizer<Strings> texts)
{
    /// <summary>Each button carries the id of its process under the name of what it does.</summary>
    private const string CancelButton = HandlerNames.Cancel, AgainButton = HandlerNames.Again, DiscardButton = QueryKeys.Discard;

    public async Task AnswerAsync(HttpContext context)
    {
        PrivateHeaders.SetAtStart(context);
        var isPoll = RequestKind.IsPoll(context.Request);
        IActionResult answer;
        try
        {
            answer = HttpMethods.IsPost(context.Request.Method) ? await ActAsync(context) : await ShowAsync(context, isPoll);
        }
        catch (StoreException exception)
        {
            answer = lookup.Apologize(context, exception);
        }

        if (isPoll)
            PollAnswer.Mark(context);
        await LibraryPage.ExecuteAsync(context, answer, "/MyProcesses");
    }

    private async Task<IActionResult> ShowAsync(HttpContext context, bool isPoll)
    {
        if (await discarding.AskAsync(context, ListOf(context.Request)) is { } question)
            return question;

        var page = await own.ListAsync(context, embedded: isPoll && RequestKind.IsEmbedded(context.Request));
        if (!isPoll)
            return ProcessView.Page("MyProcesses", page, StatusCodes.Status200OK);

        return context.Request.Query[QueryKeys.Version] == page.Version
            ? new StatusCodeResult(StatusCodes.Status204NoContent)
            : ProcessView.Fragment("_MyProcesses", page);
    }

    private async Task<IActionResult> ActAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return new StatusCodeResult(StatusCodes.Status415UnsupportedMediaType);

        if (await SubmissionRefusal.FindDiskFailureAsync(context) is { } failure)
            return intake.RefuseUnbuffered(context, failure);

        if ((await SubmissionRefusal.FindOfTokenAsync(context) ?? await SubmissionRefusal.FindAsync(context)) is { } refusal)
            return await RefuseAsync(context, refusal);

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await own.FindAsync(context, form[CancelButton]) is { } canceled)
            await processes.CancelAsync(canceled.Id, context.RequestAborted);
        await discarding.DiscardAsync(context, form[DiscardButton]);
        if (await own.DescribeAsync(context, form[AgainButton]) is { Status: var again } && await intake.SendAgainAsync(context, again.Type, again.Id) is { } sent)
            return sent;

        // The same where there was nothing of one's own to do it to: somebody else's process does not exist.
        return new SeeOtherResult(ListOf(context.Request));
    }

    private async Task<IActionResult> RefuseAsync(HttpContext context, SubmissionRefusal refusal)
    {
        var page = await own.ListAsync(context, embedded: false);
        return ProcessView.Page("MyProcesses", page with { Problem = texts[refusal.Message] }, refusal.StatusCode);
    }

    /// <summary>The list as it was before one of its buttons was pressed.</summary>
    private static string ListOf(HttpRequest request) =>
        request.PathBase.Add(request.Path).ToUriComponent() + (RequestKind.WantsUpdates(request) ? "" : $"?{QueryKeys.Refresh}=0");
}
