using AsyncViews.Jobs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where processes are kept and what runs them, and registers jobs.</summary>
public sealed class AsyncViewsBuilder
{
    private const int LongestName = 100;

    internal AsyncViewsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services, for the extension methods of store and engine packages.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Registers a job: a class that implements <see cref="AsyncViews.IJob{TArgs}"/> or <see cref="AsyncViews.IJob{TArgs, TResult}"/>.</summary>
    /// <typeparam name="TJob">The class. Where it is no service yet, it becomes a transient one.</typeparam>
    /// <param name="name">
    /// What is stored with each of its processes, so it stays the same when the class is renamed: 1 to 100 letters, digits,
    /// <c>-</c>, <c>_</c> or <c>.</c>
    /// </param>
    /// <exception cref="ArgumentException">The class is no job, or another has its name or its type of arguments.</exception>
    public AsyncViewsBuilder AddJob<TJob>(string name) where TJob : class
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new ArgumentException($"A job's name has 1 to {LongestName} letters, digits, '-', '_' or '.'; '{name}' has not.", nameof(name));

        var job = JobType.Of(name, typeof(TJob));
        foreach (var other in Services.Select(service => service.ImplementationInstance).OfType<JobType>())
        {
            if (other.Name == name)
                throw new ArgumentException($"The name '{name}' belongs to {other.Job} already.", nameof(name));
            if (other.Args == job.Args)
                throw new ArgumentException($"{job.Args} is what {other.Job} takes already, and a job is found by its arguments: give {job.Job} a type of its own.", nameof(name));
        }

        Services.AddSingleton(job);
        Services.TryAddTransient<TJob>();
        return this;
    }
}
