using System.Data;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>Settings of the transactions that runs are surrounded with.</summary>
public sealed class RunTransactionOptions
{
    /// <summary>
    /// The isolation level. The default, <see cref="IsolationLevel.Unspecified"/>, is the provider's own. One that reads a snapshot
    /// (from <see cref="IsolationLevel.RepeatableRead"/> on PostgreSQL) cannot hold the end of the process, which is stored just
    /// after the commit then.
    /// </summary>
    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.Unspecified;

    /// <summary>The time limit of each command, 1 second or more. The default is null, which leaves the context's own.</summary>
    public TimeSpan? CommandTimeout { get; set; }

    /// <summary>The place among the filters, see <see cref="IProcessRunFilter.Order"/>. The default is 0.</summary>
    public int Order { get; set; }

    /// <summary>Tells whether each SaveChanges sets a savepoint, so that the work may catch its exception and go on. The default is true.</summary>
    public bool UsesSavepoints { get; set; } = true;
}
