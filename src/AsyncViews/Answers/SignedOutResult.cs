using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Answers;

/// <summary>
/// 401 for a poll whose person is signed out by now: no redirect to a login page, which htmx would follow and show in the
/// middle of the waiting page. HX-Refresh makes the browser load the page anew, and sign in; a page of the application's own,
/// in which something is embedded, is left as it is.
/// </summary>
internal sealed class SignedOutResult : ActionResult
{
    public static void Write(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers["AsyncViews-Answer"] = "poll";
        if (context.Request.Query[ProcessPage.EmbeddedKey] != "1")
            context.Response.Headers["HX-Refresh"] = "true";
    }

    public override void ExecuteResult(ActionContext context) => Write(context.HttpContext);
}
