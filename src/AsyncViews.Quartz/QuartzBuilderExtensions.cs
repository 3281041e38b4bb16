using AsyncViews.Quartz;
using AsyncViews.Running;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the engine on Quartz.NET.</summary>
public static class QuartzBuilderExtensions
{
    /// <summary>
    /// Runs processes on a clustered scheduler of their own, which all nodes of the application share. Its tables are created on
    /// the first run, in the first schema of the search path. It is apart from a scheduler that the application has for itself.
    /// </summary>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <param name="connectionString">A connection string of Npgsql, which may be that of the store.</param>
    /// <exception cref="ArgumentException"><paramref name="connectionString"/> is not one of Npgsql, or asks for a server that may accept no writes.</exception>
    /// <exception cref="InvalidOperationException">The method was called before.</exception>
    public static AsyncViewsBuilder UseQuartz(this AsyncViewsBuilder builder, string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        UseScheduler(builder, ClusteredScheduler.Name);
        ClusteredScheduler.Add(builder.Services, connectionString);
        return builder;
    }

    /// <summary>
    /// Runs processes on the application's own scheduler, which it has added with <c>AddQuartz</c> and starts with
    /// <c>AddQuartzHostedService</c>. At most as many run at once on a node as the scheduler's thread pool has threads.
    /// </summary>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <exception cref="InvalidOperationException">The method was called before.</exception>
    public static AsyncViewsBuilder UseQuartz(this AsyncViewsBuilder builder)
    {
        UseScheduler(builder, schedulerName: null);
        return builder;
    }

    private static void UseScheduler(AsyncViewsBuilder builder, string? schedulerName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(SharedScheduler)))
            throw new InvalidOperationException("UseQuartz() was called twice. An application has one engine: keep one of the calls.");

        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SharedScheduler>(provider, new SchedulerName(schedulerName)));
        services.AddSingleton<Permits>();
        services.AddSingleton<PermitWriter>();
        services.AddSingleton<Replenishment>();
        services.AddSingleton<Intake>();
        services.Replace(ServiceDescriptor.Singleton<IProcessEngine, QuartzEngine>());
        services.AddSingleton<IHostedService, QuartzHost>();
    }
}
