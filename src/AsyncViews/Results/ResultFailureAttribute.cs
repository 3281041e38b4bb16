using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Results;

/// <summary>
/// Tells what the result of a run threw from what the application's filters around it threw: one of them may have been about
/// to commit the work. TempData of a redirect is saved outside of them all.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class ResultFailureAttribute(ResultLayer layer) : Attribute, IAsyncResultFilter, IOrderedFilter
{
    public int Order => (int)layer;

    public Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next) =>
        context.HttpContext.Features.Get<RunResult>() is { } result ? ObserveAsync(result, next) : next();

    private async Task ObserveAsync(RunResult result, ResultExecutionDelegate next)
    {
        var executed = await next();
        if (!result.IsWorkDone)
            return;

        var failure = executed.ExceptionHandled ? null : executed.Exception;
        if (layer == ResultLayer.Filters)
            result.HasPassedFilters = failure is null;
        else if (layer == ResultLayer.Result || result.HasPassedFilters)
            result.Failure = failure;
    }
}

/// <summary>The layers around a result, by their order as filters.</summary>
internal enum ResultLayer
{
    /// <summary>Around <see cref="Microsoft.AspNetCore.Mvc.ViewFeatures.SaveTempDataAttribute"/>.</summary>
    TempData = int.MinValue + 99,

    /// <summary>Inside of that, and around every filter of the application.</summary>
    Filters = int.MinValue + 101,

    /// <summary>Nearest to the result.</summary>
    Result = int.MaxValue,
}
