using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Support;

/// <summary>Chooses the handler that a header of the request names, which a run does not have.</summary>
internal sealed class ChoosingFilter : IPageFilter
{
    public const string Header = "X-Choose";

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
        if (context.HttpContext.Request.Headers[Header].ToString() is { Length: > 0 } name)
            context.HandlerMethod = context.ActionDescriptor.HandlerMethods.Single(handler => handler.Name == (name == "default" ? null : name));
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
