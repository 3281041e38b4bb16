using AsyncViews;
using AsyncViews.Jobs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the store and the engine, and registers jobs.</summary>
public sealed class AsyncViewsBuilder
{
    internal AsyncViewsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services, for the extension methods of store and engine packages.</summary>
    public IServiceCollection Services { get; }

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
}
