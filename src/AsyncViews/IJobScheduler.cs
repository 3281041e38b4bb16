using System.Security.Claims;

namespace AsyncViews;

/// <summary>Schedules jobs. Inject it anywhere: in a page, in another job, or in code outside any request.</summary>
public interface IJobScheduler
{
    /// <summary>
    /// Accepts a job. When this returns, the job is as durable as the store. It runs in the current culture, as its owner.
    /// The limits on submissions do not apply to it.
    /// </summary>
    /// <typeparam name="TArgs">The type of the arguments, by which the job is found.</typeparam>
    /// <param name="args">The job's arguments.</param>
    /// <param name="options">When and how the job runs; null for as soon as possible.</param>
    /// <param name="cancellationToken">Cancels the call before the job is accepted.</param>
    /// <returns>The process that will run it.</returns>
    /// <exception cref="InvalidOperationException">No job takes <typeparamref name="TArgs"/>.</exception>
    /// <exception cref="ArgumentException">The arguments cannot be written as JSON and read again, or have null in a member that is not nullable; or the options contradict themselves.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot currently be written.</exception>
    /// <exception cref="NotSupportedException">The store cannot join <see cref="ScheduleOptions.Transaction"/>.</exception>
    Task<ProcessId> ScheduleAsync<TArgs>(TArgs args, ScheduleOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels every job that was scheduled with equal arguments and is neither running nor ended. Arguments are equal if
    /// their JSON is, whatever the order of a dictionary's keys.
    /// </summary>
    /// <returns>The number of canceled jobs.</returns>
    /// <exception cref="InvalidOperationException">No job takes <typeparamref name="TArgs"/>.</exception>
    /// <exception cref="ArgumentException">The arguments cannot be written as JSON.</exception>
    Task<int> DescheduleAsync<TArgs>(TArgs args, CancellationToken cancellationToken = default);

    /// <summary>Cancels every job that was scheduled with this <see cref="ScheduleOptions.Identity"/> and is neither running nor ended.</summary>
    /// <returns>The number of canceled jobs.</returns>
    Task<int> DescheduleIdentityAsync(string identity, CancellationToken cancellationToken = default);

    /// <summary>Schedules the test job that comes with AsyncViews, to check that the queue works. After its duration, its result is 23 × 2 = 46.</summary>
    /// <param name="duration">The time that it takes: 0 to 1 day.</param>
    /// <param name="cancellationToken">Cancels the call before the job is accepted.</param>
    Task<ProcessId> StartTestJobAsync(TimeSpan duration, CancellationToken cancellationToken = default);
}

/// <summary>When and how a job runs.</summary>
public sealed record ScheduleOptions
{
    /// <summary>The earliest start. The default is at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The time by which it must have started, or it is Missed. By default, it may wait forever.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>
    /// The priority, 0 to 100. Jobs and pages with a higher one start first. The default is 5, as for pages. Each failed
    /// attempt lowers it by one, down to 0.
    /// </summary>
    public int Priority { get; init; } = 5;

    /// <summary>
    /// The name that people see. The default is the <see cref="IJob{TArgs}.Title"/> of the job's class, else derived from the
    /// job's name: "Nightly report" for <c>nightly-report</c>.
    /// </summary>
    public string? Title { get; init; }

    /// <summary>
    /// Data for the application's own code, at most 32 entries, with keys of 1 to 100 characters and values of at most 1,000. Its status
    /// returns it, and <see cref="ProcessQuery.Metadata"/> finds it by an entry.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// The user who may see the job and as whom it runs. They must be authenticated. The default is the user of the current
    /// request or of the running process. Without either, only code that has the id can see the job.
    /// </summary>
    public ClaimsPrincipal? Owner { get; init; }

    /// <summary>The identity by which <see cref="IJobScheduler.DescheduleIdentityAsync"/> finds it. The default consists of its name and arguments.</summary>
    public string? Identity { get; init; }

    /// <summary>
    /// The transaction of the caller's that the job is stored in, so that it exists exactly if the caller's data does. The store
    /// must be kept in the same database. By default, the job is stored at once.
    /// </summary>
    public ProcessTransaction? Transaction { get; init; }

    /// <summary>The total number of attempts if exceptions end them: 1 to 100. The default is that of <see cref="RetryOnFailureAttribute"/>, else 1.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The total number of starts if the server stops during them: 1 to 100. The default is that of <see cref="RerunAfterCrashAttribute"/>, else 1.</summary>
    public int? MaxStarts { get; init; }
}
