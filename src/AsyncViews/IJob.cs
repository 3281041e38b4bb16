namespace AsyncViews;

/// <summary>
/// Work without a page. <see cref="IJobScheduler"/> schedules it to run in the background, on the same store and workers as
/// the pages. Register it with <c>AddAsyncViews().AddJob&lt;TJob&gt;("name")</c>. Its constructor gets services from its own
/// scope.
/// </summary>
/// <typeparam name="TArgs">
/// The type of its arguments, which System.Text.Json must be able to write and read. Each job has its own. Reading is strict:
/// an unknown member, a missing one that is <c>required</c> or a constructor parameter without a default, and null in a member
/// that is not nullable are refused. The case of names does not matter. If the type changes, waiting jobs whose stored
/// arguments no longer fit end as Failed with <see cref="ProcessReason.ArgumentsMisfit"/>. A type that is to ignore unknown
/// members has the attribute <c>[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]</c>.
/// </typeparam>
public interface IJob<in TArgs>
{
    /// <summary>
    /// The name that people see, such as "Invoice 4711", so that they can tell two jobs of one class apart. Called when the
    /// job is scheduled, in the culture of the caller. <see cref="ScheduleOptions.Title"/> takes precedence.
    /// </summary>
    /// <param name="args">The arguments with which it is scheduled.</param>
    /// <returns>At most 200 characters are shown. The default is null: a name that is derived from the job's name.</returns>
    static virtual string? Title(TArgs args) => null;

    /// <summary>Does the work. An exception ends the process as Failed, unless <see cref="RetryOnFailureAttribute"/> retries it.</summary>
    /// <param name="args">The arguments with which it was scheduled.</param>
    /// <param name="process">The running process, to which the job reports progress. Services that the job calls get it from <see cref="IProcessContextAccessor"/>.</param>
    /// <param name="cancellationToken">
    /// Signalled when somebody cancels or the host stops. An <see cref="OperationCanceledException"/> then ends the process: as Canceled after a cancel, and as
    /// Interrupted after a stop of the host, unless <see cref="RerunAfterCrashAttribute"/> lets it start again.
    /// </param>
    Task RunAsync(TArgs args, ProcessContext process, CancellationToken cancellationToken);
}

/// <summary>A job with a result: see <see cref="IJob{TArgs}"/>.</summary>
/// <typeparam name="TArgs">The type of its arguments.</typeparam>
/// <typeparam name="TResult">The type of its result, kept as JSON until it expires. A result that cannot be written as JSON ends the process as Failed.</typeparam>
public interface IJob<in TArgs, TResult>
{
    /// <inheritdoc cref="IJob{TArgs}.Title" />
    static virtual string? Title(TArgs args) => null;

    /// <inheritdoc cref="IJob{TArgs}.RunAsync" />
    /// <returns>The result, which code that has the id gets from <see cref="IProcessManager.GetResultAsync"/>.</returns>
    Task<TResult> RunAsync(TArgs args, ProcessContext process, CancellationToken cancellationToken);
}
