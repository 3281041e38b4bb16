using System.Data;
using AsyncViews.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace AsyncViews;

/// <summary>
/// Runs the work of a page, a handler or a job in one transaction of a DbContext. Unless the run succeeds, nothing that the work
/// has saved with that context stays.
/// </summary>
/// <typeparam name="TContext">The context, which the work takes from its own scope, as pages and jobs do. Several attributes may name several contexts.</typeparam>
/// <remarks>
/// The transaction begins before the work and is committed when the result is captured, so views may read from the context. If the
/// processes are stored in the same PostgreSQL database, the end of the process is committed with it. Elsewhere, the work is
/// committed just before its end is stored.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class TransactionalAttribute<TContext> : Attribute, IProcessRunFilter where TContext : DbContext
{
    /// <summary>The place among the filters, see <see cref="IProcessRunFilter.Order"/>. The default is 0.</summary>
    public int Order { get; set; }

    /// <inheritdoc cref="RunTransactionOptions.IsolationLevel" />
    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.Unspecified;

    /// <summary>The time limit of each command in seconds; 0, the default, leaves the context's own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int CommandTimeoutSeconds
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <inheritdoc cref="RunTransactionOptions.UsesSavepoints" />
    public bool UsesSavepoints { get; set; } = true;

    /// <inheritdoc />
    public Task InvokeAsync(ProcessRunContext context, Func<Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (!ReferenceEquals(RunTransaction<TContext>.ChoiceOf(context.Metadata), this))
            return next();

        var options = new RunTransactionOptions
        {
            IsolationLevel = IsolationLevel,
            CommandTimeout = CommandTimeoutSeconds == 0 ? null : TimeSpan.FromSeconds(CommandTimeoutSeconds),
            UsesSavepoints = UsesSavepoints,
        };
        return new RunTransaction<TContext>(context, options).InvokeAsync(next);
    }
}
