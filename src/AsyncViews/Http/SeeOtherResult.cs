using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Http;

/// <summary>
/// 303: whatever the method was, go on with a GET. For a form that htmx sends, it is htmx's own redirect: htmx would follow a
/// 303 by itself, take only the body of the page and leave its scripts and its style sheet.
/// </summary>
internal sealed class SeeOtherResult(string location) : ActionResult
{
    public override void ExecuteResult(ActionContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        response.Headers.Location = location;
        response.StatusCode = StatusCodes.Status303SeeOther;
        if (!RequestKind.IsFormOfHtmx(request))
            return;

        response.Headers["HX-Redirect"] = location;
        response.StatusCode = StatusCodes.Status204NoContent;
    }
}
