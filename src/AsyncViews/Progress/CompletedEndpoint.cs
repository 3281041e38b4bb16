using AsyncViews.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Progress;

/// <summary>Answers a poll: nothing new, the new progress, or where the result is.</summary>
internal sealed class CompletedEndpoint(IProcessManager processes, IStringLocalizer<Strings> texts)
{
    public const string HtmxRequest = "HX-Request";

    public async Task<IActionResult?> AnswerAsync(HttpContext context, ProcessPage page)
    {
        if (IsNetsightPoll(context.Request) || JsonClient.Is(context.Request))
            return CompletedJson.From(page, texts).ToResult(StatusCodes.Status200OK);

        if (!context.Request.Headers.ContainsKey(HtmxRequest))
            return new SeeOtherResult(page.Addresses!.Processing);

        if (page.Status!.IsEnded)
            return await AnswerEndAsync(context, page);

        var announces = context.Request.Query["m"] != page.Announcement;
        return page.IsShown(context.Request.QueryString.Value ?? "")
            ? new StatusCodeResult(StatusCodes.Status204NoContent)
            : ProcessView.Fragment("_Poll", page with { Announces = announces });
    }

    /// <summary>netsight.async's script, which retries for ever on anything but 200.</summary>
    public static bool IsNetsightPoll(HttpRequest request) => request.Query["output_json"] == "1";

    /// <summary>A waiting page's own.</summary>
    public static bool IsPagePoll(HttpRequest request) =>
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
}
