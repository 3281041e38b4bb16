using AsyncViews.Capture;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Pages;

/// <summary>A request that may concern a process.</summary>
/// <param name="Http">The request.</param>
/// <param name="Answers">Which processes are found at its address: a page's own, or the jobs.</param>
/// <param name="TakesSubmissions">Whether a POST to a result is a new submission.</param>
/// <param name="IgnoresAntiforgery">Whether the page asks for no token.</param>
internal sealed record ProcessRequest(HttpContext Http, Func<ProcessRecord, bool> Answers, bool TakesSubmissions = false, bool IgnoresAntiforgery = false)
{
    public static ProcessRequest OfPage(AuthorizationFilterContext context)
    {
        var type = ProcessPages.TypeOf((PageActionDescriptor)context.ActionDescriptor);
        return new ProcessRequest(context.HttpContext, record => record.Type == type, TakesSubmissions: true, SubmissionAntiforgeryAttribute.IsIgnored(context));
    }

    public static ProcessRequest OfJob(HttpContext context) => new(context, record => record.IsJob);
}
