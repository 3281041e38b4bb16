using AsyncViews.Running.Replay;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Capture;

/// <summary>Next to model binding: sees the page before it and after it, while no filter of the application has had its say.</summary>
internal sealed class BindingFilter : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        if (HttpMethods.IsPost(context.HttpContext.Request.Method))
            OwnGet.Of((CompiledPageActionDescriptor)context.ActionDescriptor).Remember(context.HttpContext, context.HandlerInstance);
        return Task.CompletedTask;
    }

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is not { } handler || !AsyncHandlers.Contain(handler))
        {
            await next();
            return;
        }

        var http = context.HttpContext;
        var isRun = http.Features.Get<ProcessContext>() is not null;

        // Model binding hides what goes wrong here in ModelState: better no run than one with half of what was sent.
        if (isRun && http.Request.HasFormContentType)
            await http.Request.ReadFormAsync(http.RequestAborted);

        var errors = Verdict.ErrorsOf(context.ModelState);
        if (isRun && errors.Keys.Except(http.Features.Get<Verdict>()!.Bound.Keys).ToArray() is { Length: > 0 } invalid)
        {
            // No exception filter of the application is to make a result of this.
            http.Features.Set(new RunInvalid(invalid));
            context.Result = new EmptyResult();
            return;
        }

        http.Features.Set(new BoundErrors(errors));
        await next();
    }
}

/// <summary>The errors after model binding, by key.</summary>
internal sealed record BoundErrors(Dictionary<string, string[]> Errors);
