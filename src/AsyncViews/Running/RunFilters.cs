using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Running;

/// <summary>Calls the application's filters around the work of a run.</summary>
internal static class RunFilters
{
    /// <exception cref="InvalidOperationException">A filter did not let the work be done, or hid how it ended.</exception>
    public static async Task InvokeAsync(ProcessRunContext context, Func<Task> work)
    {
        var isDone = false;
        Func<Task> next = async () =>
        {
            await work();
            isDone = true;
        };
        foreach (var filter in context.Services.GetServices<IProcessRunFilter>().OrderBy(filter => filter.Order).Reverse())
        {
            var inner = next;
            next = () => filter.InvokeAsync(context, inner);
        }

        await next();
        if (!isDone)
            throw new InvalidOperationException($"A run of {context.Type} has no result, because an {nameof(IProcessRunFilter)} did not call next, or caught its exception. Call next() once, and let its exceptions pass.");
    }
}
