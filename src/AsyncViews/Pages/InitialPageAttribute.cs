using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Pages;

/// <summary>Serves GET with <see cref="AsyncPageModel.InitialPage"/> on a page that has no OnGet of its own.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class InitialPageAttribute : Attribute, IAsyncPageFilter, IOrderedFilter
{
    /// <summary>Next to the handler: every filter of the application sees the result as the handler's.</summary>
    public int Order => int.MaxValue;

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        var isGet = HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method);
        if (isGet && context.HandlerMethod is null && executed.Exception is null)
            executed.Result = await ((AsyncPageModel)context.HandlerInstance).ShowInitialPageAsync();
    }
}
