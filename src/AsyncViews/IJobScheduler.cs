using System.Security.Claims;

namespace AsyncViews;

/// <summary>Schedules jobs: injectable anywhere, in a page, in another job, or where there is no request at all.</summary>
public interface IJobScheduler
{
    /// <summary>
    /// Accepts a job. When this returns, it is as durable as the store is. It runs in the culture of now, as its owner, and
    /// no limit for what people send holds for it.
    /// </summary>
    /// <typeparam name="TArgs">By which the job is found.</typeparam>
    /// <param name="args">What it works on.</param>
    /// <param name="options">When and how it runs; null for as soon as possible.</param>
    /// <param name="cancellationToken">Ends the waiting before it is accepted.</param>
    /// <returns>The process that will run it.</returns>
    /// <exception cref="InvalidOperationException">No job takes <typeparamref name="TArgs"/>.</exception>
    /// <exception cref="ArgumentException">The arguments cannot be written as JSON and read again, or the options contradict themselves.</exception>
    /// <exception cref="Storage.StoreUnavailableException">The store cannot be written just now.</exception>
    Task<ProcessId> ScheduleAsync<TArgs>(TArgs args, ScheduleOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels every job that was scheduled with equal arguments, and neither runs nor has ended.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="InvalidOperationException">No job takes <typeparamref name="TArgs"/>.</exception>
    /// <exception cref="ArgumentException">The arguments cannot be written as JSON.</exception>
    Task<int> DescheduleAsync<TArgs>(TArgs args, CancellationToken cancellationToken = default);

    /// <summary>Cancels every job that was scheduled with this <see cref="ScheduleOptions.Identity"/>, and neither runs nor has ended.</summary>
    /// <returns>How many.</returns>
    Task<int> DescheduleIdentityAsync(string identity, CancellationToken cancellationToken = default);

    /// <summary>Schedules the job that comes with AsyncViews, to see that the queue works: after its duration it has computed 23 × 2 = 46.</summary>
    /// <param name="duration">How long it takes. 0 to 1 day.</param>
    /// <param name="cancellationToken">Ends the waiting before it is accepted.</param>
    Task<ProcessId> StartTestJobAsync(TimeSpan duration, CancellationToken cancellationToken = default);
}

/// <summary>When and how a job runs.</summary>
public sealed record ScheduleOptions
{
    /// <summary>When it may start. The default is at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it is Missed, if it has not started by then. The default is that it may wait for ever.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>Higher ones start first, pages among them: 0 to 100. The default is 5, as for pages.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>What a person knows it by. The default is a name made of the job's: "Nightly report" of <c>nightly-report</c>.</summary>
    public string? Title { get; init; }

    /// <summary>What code knows it by: shown in its status, and not used for anything.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// Who may see it, and as whom it runs: somebody who is authenticated. The default is the user of the current request or
    /// of the running process; where there is neither, nobody sees it but code that holds its id.
    /// </summary>
    public ClaimsPrincipal? Owner { get; init; }

    /// <summary>What <see cref="IJobScheduler.DescheduleIdentityAsync"/> finds it by. The default is its name and arguments.</summary>
    public string? Identity { get; init; }

    /// <summary>How often it is tried in all when an exception ends it: 1 to 100. The default is what <see cref="RetryOnFailureAttribute"/> says, else 1.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How often it may start after the server stopped in it: 1 to 100. The default is what <see cref="RerunAfterCrashAttribute"/> says, else 1.</summary>
    public int? MaxStarts { get; init; }
}
