using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>Answers a poll: nothing new, the new progress, or where the result is.</summary>
internal sealed class CompletedEndpoint(IProcessManager processes, IStringLocalizer<Strings> texts)
{
    public const string HtmxRequest = "HX-Request";

    public async Task<IActionResult?> AnswerAsync(HttpContext context, ProcessPage page)
    {
        if (IsNetsightPoll(context.Request))
            return CompletedJson.From(page, context.Request, texts).ToResult(StatusCodes.Status200OK);

        if (JsonClient.Is(context.Request))
            return AnswerScript(context, page);

        if (!context.Request.Headers.ContainsKey(HtmxRequest))
            return new SeeOtherResult(page.Addresses!.Processing);

        context.Response.Headers.ETag = StatusTag.Of(page, isJson: false);
        if (page.Status!.IsEnded)
            return await AnswerEndAsync(context, page);

        var announces = context.Request.Query["m"] != page.Announcement;
        return page.IsShown(context.Request.QueryString.Value ?? "")
            ? new StatusCodeResult(StatusCodes.Status204NoContent)
            : ProcessView.Fragment("_Poll", page with { Announces = announces });
    }

    /// <summary>netsight.async's script, which retries for ever on anything but 200. To Python, every string is true but the empty one.</summary>
    public static bool IsNetsightPoll(HttpRequest request) => request.Query["output_json"].Any(value => value is { Length: > 0 });

    /// <summary>A waiting page's own.</summary>
    public static bool IsPagePoll(HttpRequest request) =>
        request.Headers.ContainsKey(HtmxRequest) && !IsNetsightPoll(request) && !JsonClient.Is(request);

    private ActionResult AnswerScript(HttpContext context, ProcessPage page)
    {
        context.Response.Headers.ETag = StatusTag.Of(page, isJson: true);
        SetRetryAfter(context.Response, page);
        return StatusTag.IsKnown(context.Request, page)
            ? new StatusCodeResult(StatusCodes.Status304NotModified)
            : CompletedJson.From(page, context.Request, texts).ToResult(StatusCodes.Status200OK);
    }

    /// <summary>When a script is to ask for a live process again.</summary>
    public static void SetRetryAfter(HttpResponse response, ProcessPage page)
    {
        if (!page.Status!.IsEnded)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Round(page.PollInterval.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Sends a part that asks no more. It leads the waiting page to the end itself, where a page around it stays.</summary>
    private async Task<IActionResult> AnswerEndAsync(HttpContext context, ProcessPage page)
    {
        await using var result = page.Embedded || page.Status!.IsJob ? null : await processes.OpenResultAsync(page.Status.Id, context.RequestAborted);
        var address = page.Embedded ? page.Addresses!.Processing : Landings.AddressFor(page.Addresses!, result);
        return ProcessView.Fragment("_Poll", page with { Announces = true, EndAddress = address });
    }
}
