using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>Answers a poll, at once or held: nothing new, the new progress, or where the result is.</summary>
internal sealed class CompletedEndpoint : ProcessEndpoint
{
    /// <summary>
    /// Of the poll interval over HTTP/1.1: browsers open six connections a host, and a poll that is held into the next one's
    /// turn would skip it.
    /// </summary>
    private const double ShareOfInterval = 0.9;

    private readonly ProcessLookup _lookup;
    private readonly HeldPolls _polls;
    private readonly ProcessViewModels _views;
    private readonly IProcessManager _processes;
    private readonly TimeProvider _time;
    private readonly IStringLocalizer<Strings> _texts;

    /// <summary>One for all polls: ten thousand may be held.</summary>
    private readonly HasNews _hasNews;

    public CompletedEndpoint(
        ProcessLookup lookup, HeldPolls polls, ProcessViewModels views, IProcessManager processes, TimeProvider time, IStringLocalizer<Strings> texts)
    {
        _lookup = lookup;
        _polls = polls;
        _views = views;
        _processes = processes;
        _time = time;
        _texts = texts;
        _hasNews = HasNews;
    }

    public override bool IsPolled => true;

    public override string[] MethodsFor(ProcessRequest request) => Reading;

    public override Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessViewModel process) =>
        HoldOf(request.Http.Request, process) is var (poll, appliesPreference) ? AnswerHeldAsync(request, poll, appliesPreference) : AnswerNowAsync(request.Http, process);

    /// <summary>A method of its own, so that nothing that was read of the process is kept while the poll is held.</summary>
    private async Task<IActionResult?> AnswerHeldAsync(ProcessRequest request, HeldPoll poll, bool appliesPreference)
    {
        // A scheme may accept a ticket for a while after its time.
        var hadExpired = HasSessionExpired(request.Http);
        if (await _polls.HoldAsync(request.Http, poll, _hasNews) && appliesPreference)
            Prefer.ApplyWait(request.Http.Response, poll.Longest);

        // Whoever was its owner when the poll came may not be when it is answered.
        if (!hadExpired && HasSessionExpired(request.Http))
            return SignedOut(request.Http.Request);
        var (current, refusal) = await _lookup.FindAsync(request);
        return current is null ? refusal : await AnswerNowAsync(request.Http, current);
    }

    /// <summary>How a poll may be held, and whether the answer says for how long, so that the poller comes straight back. Null where it is answered at once.</summary>
    private (HeldPoll Poll, bool AppliesPreference)? HoldOf(HttpRequest request, ProcessViewModel process)
    {
        var isPage = RequestKind.ClientOf(request) == Client.WaitingPage;
        var longest = LongestFor(request, isPage ? process.PollInterval : TimeSpan.MaxValue);
        if (Prefer.WaitOf(request) is { } preferred)
            longest = preferred < longest ? preferred : longest;
        else if (!isPage)
            return null;

        // A script that has another status is behind.
        if (process.Status.IsEnded || longest <= TimeSpan.Zero || (!isPage && request.Headers.IfNoneMatch.Count > 0 && !StatusTag.IsKnown(request, process)))
            return null;

        // Pages that come straight back are answered at their interval; those that wait for theirs, and scripts, at once.
        var comesBack = isPage && longest > process.PollInterval;
        var poll = new HeldPoll(
            process.Status.Id,
            longest,
            comesBack ? process.PollInterval : TimeSpan.Zero,
            isPage ? request.QueryString.Value ?? "" : process.Shown.Query,
            isPage ? AnnouncedIn(request) : process.Shown.Announcement);
        return (poll, comesBack || !isPage);
    }

    /// <summary>How long a browser's poll may be held.</summary>
    private TimeSpan LongestFor(HttpRequest request, TimeSpan pollInterval) =>
        _polls.LongestOf(HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol) ? TimeSpan.MaxValue : pollInterval * ShareOfInterval);

    private bool HasNews(HttpRequest request, HeldPoll poll, ProcessRecord record, bool isDue)
    {
        var shown = _views.Observe(request, record);
        return !shown.IsBehind(poll.Shown) && (shown.Announcement != poll.Announced || (isDue && !shown.IsShownBy(poll.Shown)));
    }

    /// <summary>The line that the page shows, as its poll says it: behind the page's own query, which may have the same name.</summary>
    private static string AnnouncedIn(HttpRequest request) => request.Query[QueryKeys.Announcement].LastOrDefault() ?? "";

    private bool HasSessionExpired(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc <= _time.GetUtcNow();

    private static IActionResult SignedOut(HttpRequest request) => RequestKind.IsScript(request)
        ? JsonClient.Problem("signed-out", StatusCodes.Status401Unauthorized, ReasonPhrases.GetReasonPhrase(StatusCodes.Status401Unauthorized))
        : new SignedOutResult();

    /// <summary>Answers at once.</summary>
    public async Task<IActionResult?> AnswerNowAsync(HttpContext context, ProcessViewModel process) => RequestKind.ClientOf(context.Request) switch
    {
        Client.NetsightScript => CompletedJson.From(process, context.Request, _texts).ToResult(StatusCodes.Status200OK),
        Client.Script => AnswerScript(context, process),
        Client.Browser => new SeeOtherResult(process.Addresses.Processing),
        _ => await AnswerPageAsync(context, process),
    };

    private IActionResult AnswerScript(HttpContext context, ProcessViewModel process)
    {
        context.Response.Headers.ETag = StatusTag.Of(process, isJson: true);
        ScriptAnswer.SetRetryAfter(context.Response, process);
        return StatusTag.IsKnown(context.Request, process)
            ? new StatusCodeResult(StatusCodes.Status304NotModified)
            : CompletedJson.From(process, context.Request, _texts).ToResult(StatusCodes.Status200OK);
    }

    private async Task<IActionResult> AnswerPageAsync(HttpContext context, ProcessViewModel process)
    {
        context.Response.Headers.ETag = StatusTag.Of(process, isJson: false);
        if (process.Status.IsEnded)
            return await AnswerEndAsync(context, process);

        var announces = AnnouncedIn(context.Request) != process.Shown.Announcement;
        return process.Shown.IsShownBy(context.Request.QueryString.Value ?? "")
            ? new StatusCodeResult(StatusCodes.Status204NoContent)
            : ProcessView.Fragment("_Poll", process with { Announces = announces });
    }

    /// <summary>Sends a part that asks no more. It leads the waiting page to the end itself, where a page around it stays.</summary>
    private async Task<IActionResult> AnswerEndAsync(HttpContext context, ProcessViewModel process)
    {
        var ended = process with { Announces = true };
        if (process.Embedded)
            return ProcessView.Fragment("_Poll", ended);

        await using var result = process.Status.Type.IsJob ? null : await _processes.OpenResultAsync(process.Status.Id, context.RequestAborted);
        return ProcessView.Fragment("_Poll", ended with { EndAddress = Landings.AddressFor(process.Addresses, result) });
    }
}
