using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Jobs need no pages: they run in a host that has none.</summary>
public sealed class HostTests : IDisposable
{
    private readonly LogCollector _log = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-host-");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _log.Dispose();
    }

    /// <summary>In Development a host builds every service at its start.</summary>
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Job_InAConsoleHost_Runs(string environment)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        Add(builder.Services, builder.Logging);
        using var host = builder.Build();

        await ShouldRunJobsAsync(host);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Job_InAMinimalApi_Runs(string environment)
    {
        await using var app = BuildApi(environment);
        app.MapPost("/orders", async (IJobScheduler jobs) => (await jobs.ScheduleAsync(new Order("by request"))).ToString());
        await ShouldRunJobsAsync(app);
    }

    [Fact]
    public async Task Job_ScheduledByARequestToAMinimalApi_BelongsToItsSender()
    {
        await using var app = BuildApi("Development");
        app.MapPost("/orders", async (IJobScheduler jobs) => (await jobs.ScheduleAsync(new Order("by request"))).ToString());
        app.MapGet("/orders", async (IProcessManager processes, HttpContext context) => (await processes.ListAsync(context)).Count);
        await app.StartAsync();
        using var browser = new Browser(new Uri(app.Urls.Single()), http2: false);

        using var scheduled = await browser.SendAsync(HttpMethod.Post, "/orders", null);
        scheduled.EnsureSuccessStatusCode();

        using var listed = await browser.GetAsync("/orders");
        (await listed.Content.ReadAsStringAsync()).ShouldBe("1");
        await app.StopAsync();
    }

    [Fact]
    public async Task Map_WithoutRazorPages_SaysWhatIsMissing()
    {
        await using var app = BuildApi("Development");

        Should.Throw<InvalidOperationException>(() => app.MapJobs()).Message.ShouldContain("builder.Services.AddRazorPages()");
        Should.Throw<InvalidOperationException>(() => app.MapMyProcesses()).Message.ShouldContain("builder.Services.AddRazorPages()");
    }

    [Fact]
    public async Task Map_WithoutAsyncViews_SaysWhatIsMissing()
    {
        await using var app = WebApplication.CreateBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.MapJobs()).Message.ShouldContain("builder.Services.AddAsyncViews()");
    }

    [Fact]
    public async Task Map_Twice_IsRefused()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddRazorPages();
        builder.Services.AddAsyncViews();
        await using var app = builder.Build();
        app.MapJobs();
        app.MapMyProcesses();

        Should.Throw<InvalidOperationException>(() => app.MapJobs("/jobs")).Message.ShouldContain("MapJobs was called twice");
        Should.Throw<InvalidOperationException>(() => app.MapMyProcesses("/mine")).Message.ShouldContain("MapMyProcesses was called twice");
    }

    private WebApplication BuildApi(string environment)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Add(builder.Services, builder.Logging);
        return builder.Build();
    }

    private void Add(IServiceCollection services, ILoggingBuilder logging)
    {
        logging.ClearProviders().AddProvider(_log);
        services.AddSingleton(new JobScript());
        services.AddAsyncViews().UseSqlite($"Data Source={_folder.FullName}/jobs.db").AddJob<OrderJob>("order");
    }

    private async Task ShouldRunJobsAsync(IHost host)
    {
        await host.StartAsync();
        var processes = host.Services.GetRequiredService<IProcessManager>();

        var id = await host.Services.GetRequiredService<IJobScheduler>().ScheduleAsync(new Order("done"));

        (await processes.WaitAsync(id, TimeSpan.FromMinutes(2)))!.State.ShouldBe(ProcessState.Succeeded);
        (await processes.GetResultAsync<string>(id)).ShouldBe("done");
        await host.StopAsync();
        _log.Entries.ShouldNotContain(entry => entry.Level >= LogLevel.Warning);
        _log.Entries.ShouldContain(entry => entry.Message == $"Processes are kept in {_folder.FullName}/jobs.db.");
    }
}
