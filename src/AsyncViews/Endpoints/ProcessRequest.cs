using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Endpoints;

/// <summary>A request that may concern a process.</summary>
/// <param name="Http">The request.</param>
/// <param name="PageType">Which processes are found at its address: those of this page; with null, the jobs.</param>
/// <param name="IgnoresAntiforgery">Whether the page asks for no token.</param>
internal sealed record ProcessRequest(HttpContext Http, ProcessType? PageType, bool IgnoresAntiforgery = false)
{
    /// <summary>Tells whether a POST to a result is a new submission.</summary>
    public bool TakesSubmissions => PageType is not null;

    public static ProcessRequest OfPage(AuthorizationFilterContext context) =>
        new(context.HttpContext, PageTypes.Of((PageActionDescriptor)context.ActionDescriptor), SubmissionAntiforgeryAttribute.IsIgnored(context));

    public static ProcessRequest OfJob(HttpContext context) => new(context, null);

    public bool Finds(ProcessRecord record) => PageType is { } page ? record.Type.BelongsTo(page) : record.Type.IsJob;
}
