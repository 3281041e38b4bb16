using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Endpoints;

/// <summary>
/// The library's own answers to polls, which a page must be able to tell from all others: a gateway, an error page or a login
/// page may answer a poll too, with any status.
/// </summary>
internal static class PollAnswer
{
    /// <summary>The response header of every answer to a poll. What comes without it does not speak of a process.</summary>
    public const string Header = "AsyncViews-Answer";

    /// <summary>Its value.</summary>
    public const string Value = "poll";

    /// <summary>Marks the answer as the library's own. Called last: what goes wrong before is answered by others.</summary>
    public static void Mark(HttpContext context)
    {
        context.Response.Headers[Header] = Value;
        KeepFromStatusPages(context);
    }

    /// <summary>An answer for a script whose status says it all: a page for people must not take its place.</summary>
    public static void KeepFromStatusPages(HttpContext context)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
    }
}
