using AsyncViews;
using AsyncViews.Jobs;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the store and the engine, and registers jobs.</summary>
public sealed class AsyncViewsBuilder
{
    internal AsyncViewsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services, for the extension methods of store and engine packages.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Chooses the store, for the extension methods of store packages.</summary>
    /// <param name="store">Its registration as <see cref="IProcessStore"/>.</param>
    /// <param name="call">The call that chooses it, such as <c>UseSqlite()</c>. The message of the exception names it.</param>
    /// <exception cref="ArgumentException"><paramref name="store"/> registers another service.</exception>
    /// <exception cref="InvalidOperationException">A store was chosen before.</exception>
    public AsyncViewsBuilder UseStore(ServiceDescriptor store, string call)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(call);
        if (store.ServiceType != typeof(IProcessStore))
            throw new ArgumentException($"It registers {store.ServiceType}, and not {nameof(IProcessStore)}.", nameof(store));
        if (Services.Select(service => service.ImplementationInstance).OfType<ChosenStore>().FirstOrDefault() is { } chosen)
            throw new InvalidOperationException((chosen.Call == call ? $"{call} was called twice." : $"{chosen.Call} and {call} were called.") + " An application has one store: keep one of the calls.");

        Services.AddSingleton(new ChosenStore(call));
        Services.Replace(store);
        return this;
    }

    /// <summary>Registers a job: a class that implements <see cref="AsyncViews.IJob{TArgs}"/> or <see cref="AsyncViews.IJob{TArgs, TResult}"/>.</summary>
    /// <typeparam name="TJob">The class. It is added as a transient service unless it is already registered.</typeparam>
    /// <param name="name">
    /// The name that is stored with each of its processes. Keep it when you rename the class. 1 to 100 letters, digits,
    /// <c>-</c>, <c>_</c> or <c>.</c>
    /// </param>
    /// <exception cref="ArgumentException">The class is not a job, or another job has the same name or the same type of arguments.</exception>
    public AsyncViewsBuilder AddJob<TJob>(string name) where TJob : class
    {
        var job = JobType.Of(ProcessType.OfJob(name), typeof(TJob));
        foreach (var other in Services.Select(service => service.ImplementationInstance).OfType<JobType>())
        {
            if (other.Name == name)
                throw new ArgumentException($"The name '{name}' already belongs to {other.Job}.", nameof(name));
            if (other.Args == job.Args)
                throw new ArgumentException($"{other.Job} already takes {job.Args}, and a job is found by the type of its arguments. Give {job.Job} its own type.", nameof(name));
        }

        Services.AddSingleton(job);
        Services.TryAddTransient<TJob>();
        return this;
    }

    /// <summary>
    /// Registers recurring work: a registered job that is scheduled for one time after the other. In a farm, each due time has one
    /// start. The next start waits like any scheduled job; where a release no longer registers it, or registers it differently,
    /// the start of its first node takes the waiting one back. For cron expressions, there is the package AsyncViews.Recurring.
    /// </summary>
    /// <typeparam name="TArgs">The type of the arguments, by which the job is found.</typeparam>
    /// <param name="name">The name, which no other recurring work has: 1 to 100 letters, digits, <c>-</c>, <c>_</c> or <c>.</c></param>
    /// <param name="args">The job's arguments, the same at each start.</param>
    /// <param name="pattern">What operators read of its times. Another text means that they have changed.</param>
    /// <param name="nextAfter">Returns the first due time after this one; null if there is none. The same on all nodes.</param>
    /// <param name="options">How it starts; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is taken, or no such name, or the options are out of range.</exception>
    public AsyncViewsBuilder AddRecurring<TArgs>(string name, TArgs args, string pattern, Func<DateTimeOffset, DateTimeOffset?> nextAfter, RecurringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(nextAfter);
        var work = new RecurringWork(ProcessType.OfJob(name).Name, pattern, args, typeof(TArgs), nextAfter, options ?? new RecurringOptions());
        if (Services.Any(service => service.ImplementationInstance is RecurringWork other && other.Name == name))
            throw new ArgumentException($"The name '{name}' already belongs to other recurring work.", nameof(name));
        if (work.Options.Priority is < 0 or > 100)
            throw new ArgumentOutOfRangeException(nameof(options), work.Options.Priority, "The priority must be from 0 to 100.");
        if (work.Options.Tolerance < TimeSpan.FromSeconds(1) || work.Options.Tolerance > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(nameof(options), work.Options.Tolerance, "The tolerance must be from 1 second to 1 day.");

        Services.AddSingleton(work);
        return this;
    }

    private sealed record ChosenStore(string Call);
}
