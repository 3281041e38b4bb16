using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Http;

/// <summary>Makes htmx load the page anew that polls, so that its person sees what there is to say.</summary>
internal sealed class ReloadResult(int statusCode) : StatusCodeResult(statusCode)
{
    public static void Ask(HttpContext context) => context.Response.Headers["HX-Refresh"] = "true";

    public override void ExecuteResult(ActionContext context)
    {
        Ask(context.HttpContext);
        base.ExecuteResult(context);
    }
}
