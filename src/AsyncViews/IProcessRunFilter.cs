using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>
/// Surrounds runs, of pages and jobs alike: with a transaction, a tenant, a logging scope. An implementation in the service
/// collection surrounds every run but the self-test; each takes it from its own scope, so it shares the scoped services of its work. An attribute
/// that implements this surrounds the runs of its page, handler or job. Filters are called after the user was found to be still
/// allowed, and outside the filters of MVC.
/// </summary>
public interface IProcessRunFilter
{
    /// <summary>The place among the filters. Lower ones surround higher ones, and of equal ones, the first registered surrounds the others, and all of them the attributes. The default is 0.</summary>
    int Order => 0;

    /// <summary>
    /// Calls <paramref name="next"/> once, which does the work and captures its result: views are rendered and streams are
    /// read when it completes. It throws what ended the run otherwise; let that pass, or the run ends as Failed all the
    /// same. What this method throws afterwards ends the run as an exception of the work would.
    /// </summary>
    /// <param name="context">The run.</param>
    /// <param name="next">The filters inside this one, and the work.</param>
    Task InvokeAsync(ProcessRunContext context, Func<Task> next);
}

/// <summary>A run, for its filters.</summary>
public sealed class ProcessRunContext
{
    internal ProcessRunContext(ProcessContext process, ProcessType type, EndpointMetadataCollection metadata, IServiceProvider services, HttpContext? httpContext = null) =>
        (Process, Type, Metadata, Services, HttpContext) = (process, type, metadata, services, httpContext);

    /// <summary>The running process: its id, its user, its cancellation.</summary>
    public ProcessContext Process { get; }

    /// <summary>The type of its work.</summary>
    public ProcessType Type { get; }

    /// <summary>The attributes of the page and of its handler, which comes last, or those of the job's class and of its RunAsync.</summary>
    public EndpointMetadataCollection Metadata { get; }

    /// <summary>The services of the run's scope.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The request that a page is run with; null in a job.</summary>
    public HttpContext? HttpContext { get; }

    /// <summary>
    /// Notes that the filter has begun a transaction which all the work's writes are in. It is called just before <c>next</c>. Unless
    /// the run succeeds, the person is then told that nothing was saved.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Ends the question to its database whether the store is there, too.</param>
    public Task BeginTransactionAsync(ProcessTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Process.Transactions!.BeginAsync(transaction, cancellationToken);
    }

    /// <summary>
    /// Stores the end of the process in the transaction if the store is in the same database, so that both are committed or neither
    /// is. It is called after <c>next</c> and just before the commit, which has to be made known with
    /// <see cref="ProcessTransaction.CommitAsync"/> or <see cref="ProcessTransaction.CommittedAsync"/>.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <returns>False, without a change, if the store is elsewhere or another transaction surrounds this one: call <see cref="NoteCommitAsync"/> instead.</returns>
    /// <exception cref="InvalidOperationException">The work is not done.</exception>
    /// <exception cref="OperationCanceledException">Another run has taken over. The transaction must not be committed.</exception>
    public Task<bool> TryEndInAsync(ProcessTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Process.Transactions!.TryEndInAsync(transaction);
    }

    /// <summary>
    /// Notes that a commit begins which does not hold the end of the process. If the server stops between the two, the person is told
    /// that the work may be done. It is called just before the commit, and returns when the note is stored.
    /// </summary>
    /// <exception cref="OperationCanceledException">Another run has taken over. The transaction must not be committed.</exception>
    public Task NoteCommitAsync() => Process.Transactions!.NoteCommitAsync();

    /// <summary>
    /// Notes that the commit which was noted last did not happen: the database has said so, as with a serialization failure. Without
    /// this, a run is not retried after <see cref="NoteCommitAsync"/>, since its work may be done.
    /// </summary>
    public void NoteRollback() => Process.Transactions!.NoteRollback();
}
