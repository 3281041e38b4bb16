using AsyncViews.Capture;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Endpoints;

/// <summary>
/// Answers what concerns a process, after the page's own authorization filters, which guard it too, and before everything else:
/// it must neither run the page's other work nor consume its TempData.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ProcessEndpointsAttribute : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Before the filter that takes antiforgery's place: endpoints that need a token check it themselves.</summary>
    public int Order => SubmissionAntiforgeryAttribute.Place - 1;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.Features.Get<ProcessContext>() is not null)
            return;

        var endpoints = http.RequestServices.GetRequiredService<ProcessEndpoints>();
        if (!endpoints.IsProcess(http.Request, http.Request.RouteValues))
            return;

        var request = ProcessRequest.OfPage(context);
        http.Features.Set(request);
        context.Result = await endpoints.AnswerAsync(request);
    }
}
