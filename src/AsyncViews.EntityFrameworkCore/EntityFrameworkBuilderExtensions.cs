using AsyncViews;
using AsyncViews.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Surrounds runs with transactions of Entity Framework Core.</summary>
public static class EntityFrameworkBuilderExtensions
{
    /// <summary>
    /// Runs the work of every page and job in one transaction of a DbContext, as <see cref="TransactionalAttribute{TContext}"/> does
    /// for one of them. Those marked with <see cref="NotTransactionalAttribute"/> are left out.
    /// </summary>
    /// <typeparam name="TContext">The context.</typeparam>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <param name="configure">Changes the settings of the transactions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time limit is less than a second.</exception>
    /// <exception cref="InvalidOperationException">The method was called before for this context.</exception>
    public static AsyncViewsBuilder UseTransactions<TContext>(this AsyncViewsBuilder builder, Action<RunTransactionOptions>? configure = null) where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ImplementationInstance is TransactionFilter<TContext>))
            throw new InvalidOperationException($"UseTransactions<{typeof(TContext).Name}>() was called twice. Keep one of the calls.");

        var options = new RunTransactionOptions();
        configure?.Invoke(options);
        if (options.CommandTimeout is { } timeout)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.FromSeconds(1), nameof(options.CommandTimeout));
        builder.Services.AddSingleton<IProcessRunFilter>(new TransactionFilter<TContext>(options));
        return builder;
    }
}
