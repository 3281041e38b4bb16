using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.Parity;

/// <summary>A page filter that changes what the handler gets, and what becomes of its answer.</summary>
internal sealed class ParityFilter : IAsyncPageFilter, IResultFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerArguments.TryGetValue("text", out var text))
            context.HandlerArguments["text"] = $"{text}, filtered";
        if (context.HandlerInstance is PageModel page)
            page.ViewData["Filtered"] = context.HandlerMethod?.Name;
        var executed = await next();
        context.HttpContext.Response.Headers["X-Executed"] = $"{context.HandlerMethod?.Name} {executed.Result?.GetType().Name}";
    }

    public void OnResultExecuting(ResultExecutingContext context) =>
        context.HttpContext.Response.Headers["X-Result"] = $"{context.Result.GetType().Name} {(context.Controller as PageModel)?.ViewData["Filtered"]}";

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
