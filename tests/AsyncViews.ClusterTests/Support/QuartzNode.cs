using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.ClusterTests.Support;

/// <summary>A node with Quartz in this process, whose jobs are numbered.</summary>
internal sealed class QuartzNode : IAsyncDisposable
{
    private readonly WebApplication _site;

    private QuartzNode(WebApplication site) => _site = site;

    public IServiceProvider Services => _site.Services;

    public IJobScheduler Jobs => Services.GetRequiredService<IJobScheduler>();

    /// <summary>Starts a node at this database.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="runs">What its runs do.</param>
    /// <param name="options">Changes the library's options.</param>
    /// <param name="engine">Chooses the scheduler; null for the library's own in the same database.</param>
    public static async Task<QuartzNode> StartAsync(string connectionString, Runs runs, Action<AsyncViewsOptions>? options = null, Action<AsyncViewsBuilder>? engine = null)
    {
        var node = new QuartzNode(Build(connectionString, runs, options, engine));
        try
        {
            await node._site.StartAsync(TestContext.Current.CancellationToken);
            return node;
        }
        catch
        {
            await node._site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the node's program, and returns its exit code.</summary>
    public static Task<int> CommandAsync(string connectionString, params string[] words) => Build(connectionString, new Runs(), null, null).RunWithCommandsAsync(words);

    public async Task ScheduleAsync(IEnumerable<int> numbers, bool held = false, ScheduleOptions? options = null)
    {
        foreach (var number in numbers)
            await Jobs.ScheduleAsync(new Numbered(number, held), options, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _site.StopAsync();
        await _site.DisposeAsync();
    }

    private static WebApplication Build(string connectionString, Runs runs, Action<AsyncViewsOptions>? options, Action<AsyncViewsBuilder>? engine)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(runs);
        var asyncViews = builder.Services.AddAsyncViews(all =>
        {
            all.SweepInterval = TimeSpan.FromMilliseconds(500);
            options?.Invoke(all);
        }).AddJob<NumberedJob>("numbered").UsePostgreSql(connectionString);
        if (engine is null)
            asyncViews.UseQuartz(connectionString);
        else
            engine(asyncViews);
        return builder.Build();
    }
}
