using AsyncViews.Capture;
using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Endpoints;

/// <summary>Where every request to a page of processes arrives: what concerns the page itself is prepared.</summary>
internal sealed class PageEntrance(ProcessEndpoints endpoints, SubmissionIntake intake, Owners owners, OwnerCookies ownerCookies, PageAddresses addresses)
{
    /// <summary>Null where the page, or its process, is to answer.</summary>
    public async Task<IActionResult?> AnswerAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        if (RequestKind.IsReading(request) && ownerCookies.CorrectAddress(request) is { } address)
            return new RedirectResult(address, permanent: false, preserveMethod: true);

        return endpoints.IsProcess(request, request.RouteValues) ? null : await PrepareAsync(context);
    }

    private async Task<IActionResult?> PrepareAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        var page = (CompiledPageActionDescriptor)context.ActionDescriptor;
        if (RequestedHandler.Is(request, HandlerNames.Result))
            addresses.StripProcess(context.HttpContext);

        if (PageHandlers.Find(request, page)?.Name is null && !SubmissionAntiforgeryAttribute.IsIgnored(context))
            PrivateHeaders.KeepFromOutputCache(context.HttpContext);

        if (HttpMethods.IsPost(request.Method))
            return PageHandlers.IsSubmission(request, page) ? await intake.PrepareAsync(context.HttpContext, page) : null;

        if (RequestKind.IsReading(request))
        {
            owners.Prepare(context.HttpContext);
            return null;
        }

        var own = page.HandlerMethods.Select(handler => handler.HttpMethod).Append(HttpMethods.Get).Append(HttpMethods.Head).Append(HttpMethods.Post);
        return own.Contains(request.Method, StringComparer.OrdinalIgnoreCase) ? null : MethodNotAllowed.Answer(context.HttpContext, own);
    }
}
