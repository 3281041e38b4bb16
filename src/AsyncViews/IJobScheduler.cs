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
    /// <exception cref="InvalidOperationException">No job takes <typeparamref name="TArgs"/>, or its group has started.</exception>
    /// <exception cref="ArgumentException">The arguments cannot be written as JSON and read again, or have null in a member that is not nullable; or the options contradict themselves, or name an unknown process.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot currently be written.</exception>
    /// <exception cref="NotSupportedException">The store cannot join <see cref="ScheduleOptions.Transaction"/>.</exception>
    Task<ProcessId> ScheduleAsync<TArgs>(TArgs args, ScheduleOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Accepts jobs that run one after the other, each when the one before it has succeeded. All of them are accepted, or none is. If
    /// one fails or is interrupted, the rest waits until it was sent again and has succeeded, and is canceled once it cannot be sent again.
    /// </summary>
    /// <param name="steps">The arguments of each job, by whose types the jobs are found: at least one.</param>
    /// <param name="options">When and how each of them runs; null for as soon as possible. Only the first follows <see cref="ScheduleOptions.After"/> and <see cref="ScheduleOptions.AfterGroup"/>.</param>
    /// <param name="cancellationToken">Cancels the call before the jobs are accepted.</param>
    /// <returns>Their processes, in the same order.</returns>
    /// <exception cref="InvalidOperationException">No job takes one of the arguments, or their group has started.</exception>
    /// <exception cref="ArgumentException">There are none, or as with <see cref="ScheduleAsync"/>.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot currently be written.</exception>
    /// <exception cref="NotSupportedException">The store cannot join <see cref="ScheduleOptions.Transaction"/>.</exception>
    Task<IReadOnlyList<ProcessId>> ScheduleSequenceAsync(IReadOnlyList<object> steps, ScheduleOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Accepts jobs that run side by side, and one that runs when all of them have succeeded and gets their results from
    /// <see cref="IProcessManager.GetResultsAsync"/>. All of them are accepted, or none is. If a part fails or is interrupted, the
    /// last one waits until it was sent again and has succeeded, and is canceled once it cannot be sent again.
    /// </summary>
    /// <param name="parts">The arguments of each part, by whose types the jobs are found: at least one.</param>
    /// <param name="last">The arguments of the last job; null for none.</param>
    /// <param name="options">When and how each of them runs; null for as soon as possible. Only the parts follow <see cref="ScheduleOptions.After"/> and <see cref="ScheduleOptions.AfterGroup"/>.</param>
    /// <param name="cancellationToken">Cancels the call before the jobs are accepted.</param>
    /// <returns>The processes of the parts, in the same order, and then that of the last job.</returns>
    /// <exception cref="InvalidOperationException">No job takes one of the arguments, or their group has started.</exception>
    /// <exception cref="ArgumentException">There are no parts, or as with <see cref="ScheduleAsync"/>.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot currently be written.</exception>
    /// <exception cref="NotSupportedException">The store cannot join <see cref="ScheduleOptions.Transaction"/>.</exception>
    Task<IReadOnlyList<ProcessId>> ScheduleParallelAsync(IReadOnlyList<object> parts, object? last = null, ScheduleOptions? options = null, CancellationToken cancellationToken = default);

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
    internal const int DefaultPriority = 5;

    /// <summary>The earliest start. The default is at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// The processes that it follows: it starts when each of them has ended as required, at once if all have already. A retry or a
    /// run after a crash is no end. One that is sent again takes the place of the first.
    /// </summary>
    public IReadOnlyList<Predecessor> After { get; init; } = [];

    /// <summary>
    /// The reference of a group that it completes: it runs once, when every member of the last group with this reference has ended,
    /// in whatever way. Members that join later count, too. If the group has ended, or there is none, it runs at once. It cannot be
    /// a member itself.
    /// </summary>
    public string? AfterGroup { get; init; }

    /// <summary>
    /// The reference of the group that it joins, 1 to 200 characters. Nothing may join once a member has started, until all have ended:
    /// then the reference stands for a new group. <see cref="IProcessManager.GetGroupAsync"/> counts its members, which are kept as long as any of them.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>The time by which it must have started, or it is Missed. By default, it may wait forever.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>
    /// The priority, 0 to 100. Jobs and pages with a higher one start first. The default is 5, as for pages. Each failed
    /// attempt lowers it by one, down to 0.
    /// </summary>
    public int Priority { get; init; } = DefaultPriority;

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
    /// must be kept in the same database. If the call fails, roll the transaction back, since the database may take nothing more in it.
    /// By default, the job is stored at once.
    /// </summary>
    public ProcessTransaction? Transaction { get; init; }

    /// <summary>The total number of attempts if exceptions end them: 1 to 100. The default is that of <see cref="RetryOnFailureAttribute"/>, else 1.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The total number of starts if the server stops during them: 1 to 100. The default is that of <see cref="RerunAfterCrashAttribute"/>, else 1.</summary>
    public int? MaxStarts { get; init; }
}
