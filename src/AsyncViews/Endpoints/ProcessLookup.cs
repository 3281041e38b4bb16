using AsyncViews.Diagnostics;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Endpoints;

/// <summary>Finds the process that a request names, for its owner only: to everybody else it does not exist.</summary>
internal sealed class ProcessLookup(
    LiveProcesses live, Owners owners, PageAddresses addresses, ProcessViewModels views, IOptions<AsyncViewsOptions> options,
    IStringLocalizer<Strings> texts, ILogger<ProcessLookup> logger)
{
    private string? _lastReason;

    public async Task<(ProcessViewModel? Process, IActionResult? Refusal)> FindAsync(ProcessRequest request)
    {
        var http = request.Http;
        if (!http.Request.Query.TryGetValue(QueryKeys.Id, out var text))
        {
            return (null, addresses.TargetOfRelativeLink(http) is { } page
                ? new RedirectResult(page)
                : Refuse(http, StatusCodes.Status400BadRequest, "Incomplete", "incomplete", texts["Incomplete.Title"]));
        }

        var record = ProcessId.TryParse(text, out var id) ? await live.ReadAsync(id, http.RequestAborted) : null;
        if (record is null
            || !request.Finds(record)
            || !owners.Is(http, record.Owner)
            || (options.Value.RevalidateUserAsync is { } revalidate && !await revalidate(http)))
        {
            return (null, Refuse(http, StatusCodes.Status404NotFound, "NotFound", "not-found", texts["NotFound.Title"]));
        }

        if (record.IsDiscarded)
            return (null, Refuse(http, StatusCodes.Status410Gone, "Discarded", "discarded", texts["Discarded.Title"]));

        if (record.IsGone)
            return (null, Refuse(http, StatusCodes.Status410Gone, "Gone", "expired", texts["Gone.Title"]));

        owners.Keep(http, record);
        return (views.Build(http.Request, record, addresses.Of(http, record.Type, id)), null);
    }

    /// <summary>Answers where the stored data cannot be read, now or ever again.</summary>
    public IActionResult Apologize(HttpContext context, Exception exception)
    {
        // Every poll would tell the same: its stack is told once.
        if (Interlocked.Exchange(ref _lastReason, exception.Message) == exception.Message)
            Log.StillNotReadable(logger, exception.Message);
        else
            Log.NotReadable(logger, exception);
        if (exception is DamagedContentException)
            return Refuse(context, StatusCodes.Status500InternalServerError, "Damaged", "damaged", texts["Damaged.Title"]);

        context.Response.Headers.RetryAfter = "30";
        return Refuse(context, StatusCodes.Status503ServiceUnavailable, "Unavailable", "unavailable", texts["Unavailable.Short"]);
    }

    private IActionResult Refuse(HttpContext context, int statusCode, string view, string kind, string title)
    {
        switch (RequestKind.ClientOf(context.Request))
        {
            case Client.NetsightScript when statusCode == StatusCodes.Status503ServiceUnavailable:
                return CompletedJson.Unreadable.ToResult(StatusCodes.Status200OK);

            case Client.NetsightScript:
                return CompletedJson.Unknown.ToResult(StatusCodes.Status200OK);

            case Client.Script:
                return JsonClient.Problem(kind, statusCode, title);

            // A store that is away for a while is no news to a waiting page: it goes on asking.
            case Client.WaitingPage when statusCode == StatusCodes.Status503ServiceUnavailable:
                return new StatusCodeResult(statusCode);

            // What is embedded in another page vanishes from it, and leaves that page as it is.
            case Client.WaitingPage when RequestKind.IsEmbedded(context.Request):
                return new ContentResult { StatusCode = StatusCodes.Status200OK, ContentType = "text/html", Content = "" };

            // It loads itself anew, and shows what there is to say.
            case Client.WaitingPage:
                return new ReloadResult(statusCode);

            default:
                return ProcessView.Page(view, new MessageViewModel { Form = addresses.FormOf(context) }, statusCode);
        }
    }
}
