using System.Data.Common;
using AsyncViews.PostgreSql;
using AsyncViews.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>The scheduler that AsyncViews has for itself, with the settings that a farm needs.</summary>
internal static class ClusteredScheduler
{
    public const string Name = "AsyncViews";

    /// <summary>
    /// A program that is frozen in the middle of a transaction holds a lock that all others wait for: PostgreSQL takes it away after
    /// this time. A program that is merely slow has its transaction rolled back, and repeats it.
    /// </summary>
    private const int LongestPauseMilliseconds = 2000;

    public static void Add(IServiceCollection services, string connectionString)
    {
        var create = WritableSource.Of(SettingsOf(connectionString));
        services.AddKeyedSingleton<DbDataSource>(Name, (_, _) => create());
        services.AddQuartz(Name, quartz => quartz
            .ConfigureScheduler(scheduler =>
            {
                // Nodes are told of what others schedule, and each sweep looks: this look is for what both have missed.
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(30);
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            })
            .UsePersistentStore(store => store
                .UsePostgres(source => source.DataSourceServiceKey = Name)
                .ProvisionSchema()
                .UseClustering(cluster =>
                {
                    // What a node had taken when it died is found by the others within three of these intervals.
                    cluster.CheckinInterval = TimeSpan.FromSeconds(5);
                    cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(5);
                })
                .ConfigureStore(options =>
                {
                    // Every scheduling node would wait for every other.
                    options.LockOnInsert = false;
                    options.StoreJobDataAsStrings = true;
                    options.RecoverFiringsCancelledByShutdown = true;
                    options.DbRetryInterval = TimeSpan.FromSeconds(2);
                })));
        services.AddOptions<QuartzSchedulerOptions>(Name).Configure<Node>((scheduler, node) => scheduler.InstanceId = node.Name);
        services.AddOptions<ThreadPoolOptions>(Name).Configure<IOptions<AsyncViewsOptions>>((pool, options) => pool.MaxConcurrency = options.Value.MaxConcurrentRuns);

        // An application that starts its own schedulers so starts this one, too, and must not cut its runs off.
        services.PostConfigure<QuartzHostedServiceOptions>(Name, hosted => hosted.WaitForJobsToComplete = true);
    }

    private static NpgsqlConnectionStringBuilder SettingsOf(string connectionString)
    {
        // Without it, each use of a connection costs one more statement.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true };
        settings.Options = $"{settings.Options} -c idle_in_transaction_session_timeout={LongestPauseMilliseconds}".TrimStart();

        // Statements are few and always the same.
        if (settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 60;
        return settings;
    }
}
