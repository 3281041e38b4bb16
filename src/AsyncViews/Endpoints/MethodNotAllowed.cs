using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Endpoints;

/// <summary>405, with what is allowed. Razor Pages would show the page.</summary>
internal static class MethodNotAllowed
{
    public static IActionResult Answer(HttpContext context, IEnumerable<string> allowed)
    {
        context.Response.Headers.Allow = string.Join(", ", allowed.Select(method => method.ToUpperInvariant()).Distinct());
        return new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
    }
}
