using Microsoft.EntityFrameworkCore;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>Surrounds every run with a transaction, unless an attribute chooses otherwise.</summary>
internal sealed class TransactionFilter<TContext>(RunTransactionOptions options) : IProcessRunFilter where TContext : DbContext
{
    public int Order => options.Order;

    public Task InvokeAsync(ProcessRunContext context, Func<Task> next) =>
        RunTransaction<TContext>.ChoiceOf(context.Metadata) is null ? new RunTransaction<TContext>(context, options).InvokeAsync(next) : next();
}
