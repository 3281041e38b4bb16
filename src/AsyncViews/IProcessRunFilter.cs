using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>
/// Surrounds every run, of pages and jobs alike: a transaction, a tenant, a logging scope. Register implementations in the
/// service collection; each run takes them from its own scope, so they share the scoped services of its work. They are
/// called after the user was found to be still allowed, and outside the filters of MVC.
/// </summary>
public interface IProcessRunFilter
{
    /// <summary>The place among the filters. Lower ones surround higher ones, and of equal ones, the first registered surrounds the others. The default is 0.</summary>
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

    /// <summary>The attributes of the page and of its handler, which comes last, or those of the job's class.</summary>
    public EndpointMetadataCollection Metadata { get; }

    /// <summary>The services of the run's scope.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The request that a page is run with; null in a job.</summary>
    public HttpContext? HttpContext { get; }
}
