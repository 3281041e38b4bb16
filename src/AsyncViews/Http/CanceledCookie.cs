using Microsoft.AspNetCore.Http;

namespace AsyncViews.Http;

/// <summary>
/// Remembers which process a browser has been told was canceled. Without script, the POST that cancels it is a step of its
/// own in the browser's history: who goes back from there is at the waiting page, which has nothing more to say.
/// </summary>
internal static class CanceledCookie
{
    private const string Name = "AsyncViews.Canceled";

    public static void Write(HttpContext context, ProcessId id) =>
        context.Response.Cookies.Append(Name, id.Reference, new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps });

    public static bool Names(HttpRequest request, ProcessId id) => request.Cookies[Name] == id.Reference;
}
