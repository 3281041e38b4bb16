using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Running;

/// <summary>Calls the application's filters around the work of a run: those of all runs, and the attributes of this one.</summary>
internal static class RunFilters
{
    /// <exception cref="InvalidOperationException">A filter did not let the work be done, or hid how it ended.</exception>
    public static async Task<ProcessOutcome> InvokeAsync(ProcessRunContext context, Func<Task<ProcessOutcome>> work)
    {
        var transactions = (RunTransactions)context.Process.Transactions!;
        Func<Task> next = async () => transactions.Outcome = await work();
        var filters = context.Services.GetServices<IProcessRunFilter>().Concat(context.Metadata.OfType<IProcessRunFilter>());
        foreach (var filter in filters.OrderBy(filter => filter.Order).Reverse())
        {
            var inner = next;
            next = async () =>
            {
                try
                {
                    await filter.InvokeAsync(context, inner);
                }
                catch
                {
                    // Whatever the filters around this one make of it: what it has rolled back is not done.
                    transactions.Outcome = null;
                    throw;
                }
            };
        }

        await next();
        return transactions.Outcome ?? throw new InvalidOperationException($"A run of {context.Type} has no result, because an {nameof(IProcessRunFilter)} did not call next, or caught its exception. Call next() once, and let its exceptions pass.");
    }
}
