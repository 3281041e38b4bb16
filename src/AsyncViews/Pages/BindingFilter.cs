using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Pages;

/// <summary>Next to model binding: sees the page before it and after it, while no filter of the application has had its say.</summary>
internal sealed class BindingFilter : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        if (HttpMethods.IsPost(context.HttpContext.Request.Method))
            OwnGet.Of((CompiledPageActionDescriptor)context.ActionDescriptor).Remember(context.HttpContext, context.HandlerInstance);
        return Task.CompletedTask;
    }

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next) => next();
}
