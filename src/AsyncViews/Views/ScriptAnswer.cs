using System.Globalization;
using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Views;

/// <summary>Tells a script of a process: its status, where to ask for it, and when.</summary>
internal static class ScriptAnswer
{
    private const string OperationLocation = "Operation-Location";

    /// <summary>The answer that speaks of a process at another address than its own.</summary>
    public static IActionResult Of(ProcessViewModel process, HttpContext context, IStringLocalizer<Strings> texts, int statusCode = StatusCodes.Status202Accepted)
    {
        Point(context, process.Addresses);
        SetRetryAfter(context.Response, process);
        return CompletedJson.From(process, context.Request, texts).ToResult(statusCode);
    }

    /// <summary>The answer to a submission that was accepted, where its process cannot be read.</summary>
    public static IActionResult OfUnread(ProcessAddresses addresses, HttpContext context)
    {
        Point(context, addresses);
        context.Response.Headers.RetryAfter = "1";
        return CompletedJson.Accepted(addresses).ToResult(StatusCodes.Status202Accepted);
    }

    /// <summary>When to ask for a live process again.</summary>
    public static void SetRetryAfter(HttpResponse response, ProcessViewModel process)
    {
        if (!process.Status.IsEnded)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Round(process.PollInterval.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Some clients read one header, some the other.</summary>
    private static void Point(HttpContext context, ProcessAddresses addresses)
    {
        var address = JsonClient.AddressOf(context.Request, addresses.Completed);
        context.Response.Headers.Location = address;
        context.Response.Headers[OperationLocation] = address;
    }
}
