using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Endpoints;

/// <summary>
/// 401 for a poll whose person is signed out by now, 403 where the person may not open the page any more: no redirect to
/// another page, which the poll would follow. HX-Refresh makes the browser load the page anew, and sign in; a page of the
/// application's own, in which something is embedded, is left as it is.
/// </summary>
internal sealed class SignedOutResult : ActionResult
{
    public static void Write(HttpContext context, int statusCode)
    {
        context.Response.StatusCode = statusCode;
        if (!RequestKind.IsEmbedded(context.Request))
            ReloadResult.Ask(context);
        PollAnswer.Mark(context);
    }

    public override void ExecuteResult(ActionContext context) => Write(context.HttpContext, StatusCodes.Status401Unauthorized);
}
