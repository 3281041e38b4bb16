using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Results;

/// <summary>
/// Tells what the result of a run threw from what the application's filters around it threw: one of them may have been about
/// to commit the work.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ResultFailureAttribute : Attribute, IAsyncResultFilter, IOrderedFilter
{
    /// <summary>Nearest to the result.</summary>
    public int Order => int.MaxValue;

    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        var executed = await next();
        if (executed is { Exception: { } exception, ExceptionHandled: false } && context.HttpContext.Features.Get<RunResult>() is { IsWorkDone: true } result)
            result.Failure = exception;
    }
}
