using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Capture;

/// <summary>Tells a script of a process that is under way: 202 with its status, and where to ask for it.</summary>
internal sealed class ScriptAnswer(LiveProcesses live, ProcessPageBuilder pages, HeldPolls polls, IStringLocalizer<Strings> texts)
{
    private const string OperationLocation = "Operation-Location";

    /// <summary>The answer to a submission. It is accepted, whatever becomes of the reading.</summary>
    public async Task<IActionResult> AcceptAsync(HttpContext context, ProcessId id, ProcessAddresses addresses)
    {
        if (Prefer.Has(context.Request, Prefer.RespondAsync))
            Prefer.Apply(context.Response, Prefer.RespondAsync);

        if (Prefer.WaitOf(context.Request) is { } preferred)
            await polls.HasEndedAsync(context, id, preferred);

        try
        {
            if (await live.ReadAsync(id, context.RequestAborted) is { } record)
                return Answer(context, pages.Build(context.Request, record, addresses));
        }
        catch (Exception exception) when (exception is StoreUnavailableException or DamagedContentException)
        {
            // Whoever asks at the address is told.
        }

        Point(context, addresses);
        context.Response.Headers.RetryAfter = "1";
        return CompletedJson.Accepted(addresses).ToResult(StatusCodes.Status202Accepted);
    }

    public IActionResult Answer(HttpContext context, ProcessPage page, int statusCode = StatusCodes.Status202Accepted)
    {
        Point(context, page.Addresses!);
        CompletedEndpoint.SetRetryAfter(context.Response, page);
        return CompletedJson.From(page, context.Request, texts).ToResult(statusCode);
    }

    /// <summary>Some clients read one header, some the other.</summary>
    private static void Point(HttpContext context, ProcessAddresses addresses)
    {
        var address = JsonClient.AddressOf(context.Request, addresses.Completed);
        context.Response.Headers.Location = address;
        context.Response.Headers[OperationLocation] = address;
    }
}
