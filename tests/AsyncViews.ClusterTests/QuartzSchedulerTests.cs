using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace AsyncViews.ClusterTests;

/// <summary>The application's own schedulers, beside the library's or in its place, and databases that refuse.</summary>
public sealed class QuartzSchedulerTests(PostgreSqlServer server)
{
    private const string Tables = "mine_";

    [Fact]
    public async Task SchedulerOfTheApplication_RunsBesideOurs()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs, engine: engine =>
        {
            AddScheduler(engine.Services, schema, "mine");
            engine.UseQuartz(schema);
        });

        await node.ScheduleAsync([1]);
        await ScheduleOwnAsync(node, 2);

        await runs.HaveStartedAsync(1, 2);
        (await tables.ReadAsync<string[]>("SELECT array_agg(instance_name::text) FROM mine_scheduler_state")).ShouldBe(["mine"]);
        (await tables.ReadAsync<long>("SELECT count(*) FROM mine_job_details WHERE job_group = 'asyncviews'")).ShouldBe(0);
        (await tables.ReadAsync<long>("SELECT count(*) FROM qrtz_job_details WHERE job_group <> 'asyncviews'")).ShouldBe(0);
    }

    [Fact]
    public async Task SchedulerOfTheApplication_RunsProcessesOnEachNode()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var one = await StartAsync("one");
        await using var other = await StartAsync("other");

        await one.ScheduleAsync([1, 2, 3, 4], held: true);
        await runs.HaveStartedAsync(1, 2, 3, 4);
        (await tables.ReadAsync<long>("SELECT count(DISTINCT instance_name) FROM mine_fired_triggers")).ShouldBe(2);
        runs.Released.SetResult();
        await ScheduleOwnAsync(other, 5);
        await runs.HaveStartedAsync(1, 2, 3, 4, 5);

        Task<QuartzNode> StartAsync(string name) => QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 2, engine =>
        {
            AddScheduler(engine.Services, schema, name);
            engine.UseQuartz();
        });
    }

    /// <summary>Permits wait as long as all workers are busy, which is no reason to skip them.</summary>
    [Fact]
    public async Task Permits_ThatWaitLongerThanTheMisfireThreshold_AreUsed()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 1, engine =>
        {
            AddScheduler(engine.Services, schema, "mine", store =>
            {
                store.MisfireThreshold = TimeSpan.FromMilliseconds(100);
                store.MisfireHandlerFrequency = TimeSpan.FromMilliseconds(100);
            });
            engine.UseQuartz();
        });
        await node.ScheduleAsync([1], held: true);
        await runs.HaveStartedAsync(1);
        await node.ScheduleAsync([2, 3]);

        // Quartz notes the misfire of the application's own trigger, which it does not skip either.
        await ScheduleOwnAsync(node, 4, TimeProvider.System.GetUtcNow().AddSeconds(-10));
        await Patience.UntilAsync(async () => await tables.ReadAsync<long>("SELECT count(*) FROM mine_triggers WHERE trigger_group = 'own' AND misfire_orig_fire_time > 0") + runs.Started.Count(4.Equals) == 1, "the misfire was handled");
        runs.Released.SetResult();

        await runs.HaveStartedAsync(1, 2, 3, 4);
    }

    /// <summary>Each type has permits of its own, and all of them together have no more threads than there are workers.</summary>
    [Fact]
    public async Task SchedulerOfTheApplication_WithMoreThreadsThanWorkers_RunsItsOwnJobsBesideABacklog()
    {
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 2, engine =>
        {
            AddScheduler(engine.Services, schema, "mine", threads: 3);
            engine.AddJob<OtherJob>("other").UseQuartz();
        });
        await node.ScheduleAsync([1, 2], held: true);
        await runs.HaveStartedAsync(1, 2);
        await node.Jobs.ScheduleAsync(new Other(3), cancellationToken: TestContext.Current.CancellationToken);
        await node.Jobs.ScheduleAsync(new Other(4), cancellationToken: TestContext.Current.CancellationToken);

        await ScheduleOwnAsync(node, 5);

        await runs.HaveStartedAsync(1, 2, 5);
        runs.Started.Count.ShouldBe(3);
        runs.Released.SetResult();
        await runs.HaveStartedAsync(1, 2, 3, 4, 5);
    }

    /// <summary>They take the place of ours, without which a node that runs nothing would take permits, and give them back, without end.</summary>
    [Fact]
    public async Task LimitsOfTheApplication_ThatAreSetLater_LeavePermitsToOtherNodes()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema, Tables);
        await using var web = await StartAsync(schema, NodeRole.Web);
        var scheduler = await LimitAsync(web);

        await web.ScheduleAsync([1]);

        await HasClosedAsync(scheduler);
        var permits = await tables.PermitsAsync(1);
        await web.ScheduleAsync([2]);
        permits.Except(await tables.PermitsAsync(2)).ShouldBeEmpty();
    }

    [Fact]
    public async Task LimitsOfTheApplication_ThatAreSetLater_HoldOnAfterADrain()
    {
        await using var node = await StartAsync(await server.CreateSchemaAsync(), NodeRole.Both);
        var scheduler = await LimitAsync(node);

        await node.Services.GetRequiredService<INodeManager>().DrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        await HasClosedAsync(scheduler);
    }

    [Fact]
    public async Task RoleWithoutTheRightToCreateTables_GetsTheScript()
    {
        var schema = await server.CreateSchemaAsync();
        await using (await QuartzNode.StartAsync(schema, new Runs(), engine: _ => { }))
        await using (var tables = new QuartzTables(schema))
        {
            await tables.ExecuteAsync(
                """
                DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quartz_reader') THEN CREATE ROLE quartz_reader LOGIN; END IF; END $$;
                DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO quartz_reader; GRANT ALL ON ALL TABLES IN SCHEMA %1$I TO quartz_reader; GRANT ALL ON ALL SEQUENCES IN SCHEMA %1$I TO quartz_reader', current_schema()); END $$;
                """);
        }

        var reader = new NpgsqlConnectionStringBuilder(schema) { Username = "quartz_reader" }.ConnectionString;

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => QuartzNode.StartAsync(reader, new Runs()));

        refused.Message.ShouldContain("CREATE TABLE IF NOT EXISTS qrtz_triggers", Case.Insensitive);
        await using (var tables = new QuartzTables(schema))
        {
            await tables.ExecuteAsync(refused.Message[refused.Message.IndexOf("\n\n", StringComparison.Ordinal)..]);
            await tables.ExecuteAsync("DO $$ BEGIN EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %1$I TO quartz_reader', current_schema()); END $$");
        }

        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(reader, runs);
        await node.ScheduleAsync([1]);
        await runs.HaveStartedAsync(1);
    }

    [Fact]
    public async Task UseQuartz_WithoutAScheduler_SaysWhatIsMissing() =>
        (await Should.ThrowAsync<InvalidOperationException>(async () => await QuartzNode.StartAsync(await server.CreateSchemaAsync(), new Runs(), engine: engine => engine.UseQuartz())))
            .Message.ShouldContain("AddQuartz");

    [Fact]
    public void UseQuartz_Twice_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddAsyncViews().UseQuartz("Host=h").UseQuartz()).Message.ShouldContain("twice");

    /// <summary>Adds a clustered scheduler as applications do.</summary>
    private static void AddScheduler(IServiceCollection services, string connectionString, string instance, Action<AdoJobStoreOptions>? configure = null, int threads = 10)
    {
        services.AddQuartz(quartz => quartz
            .ConfigureScheduler(scheduler => scheduler.InstanceId = instance)
            .UseDefaultThreadPool(pool => pool.MaxConcurrency = threads)
            .UsePersistentStore(store => store
                .UsePostgres(connectionString)
                .ProvisionSchema()
                .UseClustering()
                .ConfigureStore(options =>
                {
                    options.TablePrefix = Tables;
                    configure?.Invoke(options);
                })));
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
    }

    private static Task<QuartzNode> StartAsync(string schema, NodeRole role) => QuartzNode.StartAsync(schema, new Runs(), options => options.Role = role, engine =>
    {
        AddScheduler(engine.Services, schema, "mine");
        engine.UseQuartz();
    });

    /// <summary>Limits a group as an application does that knows of no other limits.</summary>
    private static async Task<IScheduler> LimitAsync(QuartzNode node)
    {
        var scheduler = await node.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);
        await scheduler.SetExecutionLimits(ExecutionLimitsBuilder.Create().ForGroup("own", 3).Build(), TestContext.Current.CancellationToken);
        return scheduler;
    }

    /// <summary>Waits until the node takes no permits beside the limits of the application.</summary>
    private static Task HasClosedAsync(IScheduler scheduler) => Patience.UntilAsync(async () =>
    {
        var limits = (await scheduler.GetExecutionLimits(TestContext.Current.CancellationToken))!;
        return limits.Groups.Count == 2 && limits.TryGetLimit(ExecutionGroupScope.GroupsWithPrefix("asyncviews/"), out var ofPermits) && ofPermits == 0
            && limits.TryGetLimit(ExecutionGroupScope.Named("own"), out var own) && own == 3;
    }, "it takes no permits, and the application's own limit holds");

    private static async Task ScheduleOwnAsync(QuartzNode node, int number, DateTimeOffset? start = null)
    {
        var scheduler = await node.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);
        var job = JobBuilder.Create<OwnJob>().WithIdentity($"{number}", "own").UsingJobData("number", $"{number}").Build();
        await scheduler.ScheduleJob(job, TriggerBuilder.Create().WithIdentity($"{number}", "own").ForJob(job).StartAt(start ?? TimeProvider.System.GetUtcNow()).Build(), cancellationToken: TestContext.Current.CancellationToken);
    }

    private sealed record Other(int Number);

    private sealed class OtherJob(Runs runs) : IJob<Other>
    {
        public Task RunAsync(Other args, ProcessContext process, CancellationToken cancellationToken)
        {
            runs.Started.Enqueue(args.Number);
            return Task.CompletedTask;
        }
    }

    /// <summary>A job of the application's own.</summary>
    private sealed class OwnJob(Runs runs) : global::Quartz.IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            runs.Started.Enqueue(int.Parse(context.MergedJobDataMap.GetString("number")!, System.Globalization.CultureInfo.InvariantCulture));
            return ValueTask.CompletedTask;
        }
    }
}
