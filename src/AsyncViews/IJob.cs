namespace AsyncViews;

/// <summary>
/// Work without a page: a class that runs in the background when it is scheduled with <see cref="IJobScheduler"/>, on the
/// same store and workers as the pages. Register it with <c>AddAsyncViews().AddJob&lt;TJob&gt;("name")</c>; its constructor
/// gets the services of a scope of its own.
/// </summary>
/// <typeparam name="TArgs">What it works on: anything that System.Text.Json writes and reads. One type for each job.</typeparam>
public interface IJob<in TArgs>
{
    /// <summary>Does the work. An exception ends the process as Failed, unless <see cref="RetryOnFailureAttribute"/> tries it again.</summary>
    /// <param name="args">What it was scheduled with.</param>
    /// <param name="process">The running process, to report progress to; <see cref="IProcessContextAccessor"/> gives it to whatever the job calls.</param>
    /// <param name="cancellationToken">Signalled when somebody cancels, or the host stops. An <see cref="OperationCanceledException"/> then ends the process as canceled.</param>
    Task RunAsync(TArgs args, ProcessContext process, CancellationToken cancellationToken);
}

/// <summary>A job with a result: see <see cref="IJob{TArgs}"/>.</summary>
/// <typeparam name="TArgs">What it works on.</typeparam>
/// <typeparam name="TResult">What it makes of it, kept as JSON until it expires. What cannot be written as JSON ends the process as Failed.</typeparam>
public interface IJob<in TArgs, TResult>
{
    /// <inheritdoc cref="IJob{TArgs}.RunAsync" />
    /// <returns>The result: <see cref="IProcessManager.GetResultAsync"/> gives it to code that holds the id.</returns>
    Task<TResult> RunAsync(TArgs args, ProcessContext process, CancellationToken cancellationToken);
}
