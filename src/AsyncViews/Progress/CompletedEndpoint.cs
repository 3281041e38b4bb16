using System.Globalization;
using AsyncViews.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Progress;

/// <summary>Answers a poll, now or when there is something to say: nothing new, the new progress, or where the result is.</summary>
internal sealed class CompletedEndpoint(
    HeldPolls polls, LiveProcesses live, ProcessPageBuilder pages, IProcessManager processes, TimeProvider time, IStringLocalizer<Strings> texts)
{
    public const string HtmxRequest = "HX-Request";

    /// <summary>Waits until there is something new, where the poller can wait. Whoever asks must be looked at again afterwards.</summary>
    /// <returns>Whether it has waited.</returns>
    public async Task<bool> HoldAsync(HttpContext context, ProcessPage page)
    {
        var request = context.Request;
        var isPage = IsPagePoll(request);
        var longest = polls.LongestFor(request, isPage ? page.PollInterval : TimeSpan.MaxValue);
        if (Prefer.WaitOf(request) is { } preferred)
            longest = preferred < longest ? preferred : longest;
        else if (!isPage)
            return false;

        if (page.Status!.IsEnded || longest <= TimeSpan.Zero || await live.ReadAsync(page.Status.Id, context.RequestAborted) is not { } record)
            return false;

        // Pages that come straight back are answered at their interval; those that wait for theirs, and scripts, at once.
        var comesBack = isPage && longest > page.PollInterval;
        var poll = new HeldPoll(record.Id, record.Owner, longest, comesBack ? page.PollInterval : TimeSpan.Zero);
        var shown = isPage ? request.QueryString.Value ?? "" : page.PollAddress;
        var announced = isPage ? request.Query["m"].ToString() : page.Announcement;
        var began = time.GetTimestamp();
        var held = await polls.HoldAsync(
            poll,
            now => !IsShown(pages.Build(request, now, page.Addresses!), shown),
            now => pages.Build(request, now, page.Addresses!).Announcement != announced,
            context.RequestAborted);
        if (held)
            context.Response.Headers["Server-Timing"] = string.Create(CultureInfo.InvariantCulture, $"hold;dur={time.GetElapsedTime(began).TotalMilliseconds:0}");
        if (held && (comesBack || !isPage))
            Prefer.ApplyWait(context.Response, longest);
        return held;
    }

    public async Task<IActionResult> AnswerAsync(HttpContext context, ProcessPage page)
    {
        if (IsNetsightPoll(context.Request) || JsonClient.Is(context.Request))
            return CompletedJson.From(page, texts).ToResult(StatusCodes.Status200OK);

        if (!context.Request.Headers.ContainsKey(HtmxRequest))
            return new SeeOtherResult(page.Addresses!.Processing);

        if (page.Status!.IsEnded)
            return await AnswerEndAsync(context, page);

        var announces = context.Request.Query["m"] != page.Announcement;
        return IsShown(page, context.Request.QueryString.Value ?? "")
            ? new StatusCodeResult(StatusCodes.Status204NoContent)
            : ProcessView.Fragment("_Poll", page with { Announces = announces });
    }

    /// <summary>netsight.async's script, which retries for ever on anything but 200.</summary>
    public static bool IsNetsightPoll(HttpRequest request) => request.Query["output_json"] == "1";

    private static bool IsPagePoll(HttpRequest request) =>
        request.Headers.ContainsKey(HtmxRequest) && !IsNetsightPoll(request) && !JsonClient.Is(request);

    /// <summary>A download replaces no page, so it starts from a page of its own instead of leaving a frozen waiting page behind.</summary>
    private async Task<IActionResult> AnswerEndAsync(HttpContext context, ProcessPage page)
    {
        if (page.Embedded)
            return ProcessView.Fragment("_Poll", page with { Announces = true });

        await using var result = await processes.OpenResultAsync(page.Status!.Id, context.RequestAborted);
        context.Response.Headers["HX-Redirect"] = result is { IsAttachment: true } ? page.Addresses!.Processing : page.Addresses!.Result;
        return ProcessView.Fragment("_Poll", page);
    }

    /// <summary>The address of a poll says what the page shows: it is the one it would have now.</summary>
    private static bool IsShown(ProcessPage page, string shown) => page.PollAddress.EndsWith(shown, StringComparison.Ordinal);
}
