using AsyncViews.Progress;
using AsyncViews.Storage;
using Hangfire;
using Hangfire.Storage.SQLite;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;
using Quartz;

namespace AsyncViews.Benchmarks.Server;

/// <summary>The server under load, in a process of its own: every page of the comparison, and what it tells of itself.</summary>
internal static class BenchmarkServer
{
    /// <summary>A short one: Hangfire looks for new jobs in SQLite every 15 seconds by default.</summary>
    private static readonly TimeSpan HangfirePoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Serves until its input ends, so that it never outlives who started it.</summary>
    public static async Task RunAsync(ServerOptions options)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenLocalhostPort(HttpProtocols.Http1);
            kestrel.ListenLocalhostPort(HttpProtocols.Http2);
        });
        AddServices(builder.Services, options);

        await using var app = builder.Build();
        app.MapRazorPages();
        MapControl(app);
        app.MapPut("/same/{name}", KeepAsync);
        app.MapGet("/same/{name}", Answer);
        app.MapGet("/wait", (HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await app.StartAsync();
        Console.WriteLine(string.Join(' ', app.Urls));

        await Console.In.ReadToEndAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Hangfire's server throws what others take as the order to stop at once.
        }
    }

    private static void ListenLocalhostPort(this KestrelServerOptions kestrel, HttpProtocols protocols) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols);

    private static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddRazorPages();
        services.Configure<FormOptions>(form => form.MultipartBodyLengthLimit = long.MaxValue);
        services.AddSingleton<RunLog>();
        services.AddSingleton<RunGate>();
        services.AddSingleton<StartLog>();
        services.AddSingleton<DocumentedWork>();
        services.AddHostedService(provider => provider.GetRequiredService<DocumentedWork>());
        AddRawQuartz(services, options);
        if (options.Hangfire is not null)
        {
            services.AddHangfire(hangfire => Store(hangfire, options.Hangfire));
            services.AddHangfireServer(server => server.WorkerCount = 10 * Environment.ProcessorCount);
        }

        var builder = services.AddAsyncViews(options.Apply).AddJob<NumberedJob>("numbered");
        if (options.Database is not null)
            builder.UseSqlite($"Data Source={options.Database}");
        if (options.PostgreSql is { } farm)
        {
            builder.UsePostgreSql(farm);
            if (options.Quartz)
                builder.UseQuartz(farm);
            services.AddDataProtection().SetApplicationName("benchmarks").PersistKeysToAsyncViews();
            services.AddSingleton(NpgsqlDataSource.Create(farm));
        }

        if (options.OneAtATime)
        {
            var store = services.Last(service => service.ServiceType == typeof(IProcessStore)).ImplementationType!;
            services.AddSingleton(provider => OneAtATime.Around((IProcessStore)ActivatorUtilities.CreateInstance(provider, store)));
        }
    }

    /// <summary>In a farm with Quartz, the web node schedules raw jobs in the same database, with the settings that AsyncViews has for its own. Nobody runs them, so that no other scheduler is measured with the farm.</summary>
    private static void AddRawQuartz(IServiceCollection services, ServerOptions options)
    {
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = 10 * Environment.ProcessorCount);
            if (options is { Quartz: true, PostgreSql: { } farm, Role: NodeRole.Web })
            {
                quartz.UsePersistentStore(store => store
                    .UsePostgres(source => source.ConnectionString = new NpgsqlConnectionStringBuilder(farm) { NoResetOnClose = true, MaxAutoPrepare = 60 }.ConnectionString)
                    .ProvisionSchema()
                    .UseClustering()
                    .ConfigureStore(settings => (settings.LockOnInsert, settings.StoreJobDataAsStrings) = (false, true)));
            }
        });
        if (options.Role != NodeRole.Web)
            services.AddQuartzHostedService();
    }

    private static void Store(IGlobalConfiguration hangfire, string storage)
    {
        if (storage == ServerOptions.HangfireInMemory)
            hangfire.UseInMemoryStorage();
        else
            hangfire.UseSQLiteStorage(storage, new SQLiteStorageOptions { QueuePollInterval = HangfirePoll });
    }

    private static void MapControl(WebApplication app)
    {
        app.MapGet("/statistics", (RunLog runs, HeldPolls polls, bool collect) => Statistics.Read(runs, polls, collect));
        app.MapGet("/latencies", (RunLog runs) => runs.TakeLatencies());
        app.MapPost("/jobs/{count:int}", (IJobScheduler jobs, int count, bool held) => NumberedJob.ScheduleAsync(jobs, count, held));
        app.MapGet("/starts", (StartLog starts) => starts.Take());
        app.MapPost("/open/{number:int}", (RunGate gate, int number) => gate.Open(number));
    }

    private static async Task KeepAsync(HttpContext context, string name)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        SameBytes.Keep(name, context.Request.ContentType, body.ToArray());
    }

    private static Task Answer(HttpContext context, string name) => SameBytes.AnswerAsync(context.Response, name);
}
