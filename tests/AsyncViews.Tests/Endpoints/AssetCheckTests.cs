using AsyncViews.Tests.Support;
using Microsoft.Extensions.FileProviders;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The log at start about the assets that waiting pages load.</summary>
public sealed class AssetCheckTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("asyncviews-assets-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Assets_ThatAreMapped_AreNotMentioned(string environment)
    {
        await using var site = await Site.StartAsync(setup => setup.Environment = environment);

        Mentioned(site).ShouldBeEmpty();
        await ShouldServeAsync(site, true);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Files_ThatMiddlewareServes_AreNotMentioned(string environment)
    {
        await using var site = await Site.StartAsync(setup =>
        {
            (setup.Environment, setup.MapsAssets) = (environment, false);
            setup.Middleware = app => app.UseStaticFiles();
        });

        Mentioned(site).ShouldBeEmpty();
        await ShouldServeAsync(site, true);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Files_ThatNothingServes_AreMissed(string environment)
    {
        await using var site = await Site.StartAsync(setup => (setup.Environment, setup.MapsAssets) = (environment, false));

        Mentioned(site).ShouldHaveSingleItem().ShouldContain("Call app.MapStaticAssets()");
        await ShouldServeAsync(site, false);
    }

    [Fact]
    public async Task Files_ThatAreNowhere_AreMissed()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.MapsAssets = false;
            setup.WebRoot = new PhysicalFileProvider(_root.FullName);
        });

        Mentioned(site).ShouldHaveSingleItem().ShouldStartWith("Nothing serves the library's assets");
        await ShouldServeAsync(site, false);
    }

    /// <summary>As a published application does that is started in another folder.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Assets_WithoutTheirFiles_AreMissed(bool mapped, bool empty)
    {
        if (empty)
        {
            var folder = _root.CreateSubdirectory("_content/AsyncViews");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "asyncviews.js"), "", TestContext.Current.CancellationToken);
        }

        await using var site = await Site.StartAsync(setup =>
        {
            setup.MapsAssets = mapped;
            setup.WebRoot = new PhysicalFileProvider(_root.FullName);
            if (!mapped)
                setup.Middleware = app => app.UseStaticFiles();
        });

        var message = Mentioned(site).ShouldHaveSingleItem();
        message.ShouldContain("their files are not in the web root");
        message.ShouldContain("the content root is '" + AppContext.BaseDirectory);
        await ShouldServeAsync(site, false);
    }

    [Theory]
    [InlineData("~/own/htmx.js", false)]
    [InlineData("/own/htmx.js", false)]
    [InlineData("~/served/htmx.js", false)]
    [InlineData("~/wwwroot/own/htmx.js", true)]
    public async Task HtmxPath_OfAFileThatIsNowhere_IsMentioned(string path, bool mentioned)
    {
        var folder = _root.CreateSubdirectory("own");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "htmx.js"), "// htmx", TestContext.Current.CancellationToken);

        await using var site = await Site.StartAsync(setup =>
        {
            setup.WebRoot = new PhysicalFileProvider(_root.FullName);
            setup.Options = options => options.HtmxPath = path;
            setup.Endpoints = app => app.MapGet("/served/htmx.js", () => "// htmx");
        });

        site.Log.Entries.Any(entry => entry.Message.StartsWith($"HtmxPath is {path}, but")).ShouldBe(mentioned);
    }

    /// <summary>In an application that has jobs, and no other page of the library.</summary>
    [Fact]
    public async Task Files_ThatTheOperatorsPagesLack_AreMissed()
    {
        using var log = new LogCollector();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "AsyncViews", ContentRootPath = _root.FullName, EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddRazorPages();
        builder.Services.AddAsyncViews();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(AsyncViewsPolicies.View, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(AsyncViewsPolicies.Manage, policy => policy.RequireAuthenticatedUser());
        await using var app = builder.Build();
        app.MapAsyncViewsAdmin();

        await app.StartAsync();

        log.Entries.ShouldContain(entry => entry.Message.StartsWith("Nothing serves the library's assets"));
        await app.StopAsync();
    }

    private static string[] Mentioned(Site site) =>
        [.. site.Log.Entries.Where(entry => entry.Level >= LogLevel.Warning && entry.Message.Contains("/_content/AsyncViews/")).Select(entry => entry.Message)];

    /// <summary>The texts must say what happens.</summary>
    private static async Task ShouldServeAsync(Site site, bool served)
    {
        using var browser = site.Browse();
        using var asset = await browser.GetAsync("/_content/AsyncViews/asyncviews.js");
        (asset.IsSuccessStatusCode && (await asset.Content.ReadAsStringAsync()).Length > 0).ShouldBe(served);
    }
}
