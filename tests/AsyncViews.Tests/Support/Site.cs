using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Razor.Compilation;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AsyncViews.Tests.Support;

/// <summary>The tests' application, on a real server at a port of its own.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly bool _http2;

    private Site(WebApplication app, LogCollector log, bool http2)
    {
        _app = app;
        Log = log;
        _http2 = http2;
    }

    public LogCollector Log { get; }

    public IServiceProvider Services => _app.Services;

    public Script Script => Services.GetRequiredService<Script>();

    public IProcessManager Processes => Services.GetRequiredService<IProcessManager>();

    public Uri Root => new(_app.Urls.Single());

    public static Task<Site> StartAsync(Run run, Action<AsyncViewsOptions>? options = null) =>
        StartAsync(setup => (setup.Run, setup.Options) = (run, options));

    public static async Task<Site> StartAsync(Action<SiteSetup>? configure = null)
    {
        var setup = new SiteSetup();
        configure?.Invoke(setup);
        var log = new LogCollector();
        var app = Build(setup, log);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new Site(app, log, setup.Http2);
    }

    /// <summary>A new person with an empty cookie jar.</summary>
    public Browser Browse() => new(Root, _http2);

    /// <summary>Ends when the site has begun to stop.</summary>
    public Task Stopping
    {
        get
        {
            var stopping = new TaskCompletionSource();
            _app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
            return stopping.Task.Soon("the begin of the stop");
        }
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        // What a test still holds must not keep the next one waiting.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static WebApplication Build(SiteSetup setup, LogCollector log)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(Site).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = setup.Environment,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseStaticWebAssets();
        if (setup.Http2)
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders().AddProvider(log);
        var services = builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = setup.ShutdownTimeout);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton(new Script { Run = setup.Run ?? new Script().Run });
        services.AddScoped<Clerk>();
        services.AddDistributedMemoryCache().AddSession();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddAuthorizationBuilder().AddPolicy("Staff", policy => policy.RequireClaim("staff"));
        services.AddRequestLocalization(options => options.SetDefaultCulture("en-US").AddSupportedCultures("en-US", "de-DE").AddSupportedUICultures("en-US", "de-DE"));
        services.AddRazorPages(options =>
        {
            LeaveOutMisuse(options, setup.Misuse);
            setup.Pages?.Invoke(options);
        }).ConfigureApplicationPartManager(parts =>
        {
            if (!setup.ReplaceViews)
                parts.FeatureProviders.Add(new LibraryViewsOnly());
        });
        if (setup.Routes is not null)
            services.Configure(setup.Routes);
        if (setup.Time is not null)
            services.AddSingleton(setup.Time);
        if (setup.AddAsyncViews)
            services.AddAsyncViews(options =>
            {
                // Off, so that every test sees the waiting page; those that are about them turn them on.
                options.FastEndWait = TimeSpan.Zero;
                options.PollHold = TimeSpan.Zero;
                setup.Options?.Invoke(options);
            });
        setup.Services?.Invoke(services);

        var app = builder.Build();
        if (setup.WebRoot is not null)
            app.Environment.WebRootFileProvider = setup.WebRoot;
        if (setup.PathBase is not null)
            app.UsePathBase(setup.PathBase);
        setup.Middleware?.Invoke(app);
        app.UseRequestLocalization();
        app.UseRouting();
        app.UseSession();
        app.UseAuthentication();
        app.UseAuthorization();
        if (setup.MapsAssets)
            app.MapStaticAssets();
        var pages = app.MapRazorPages();
        setup.PageEndpoints?.Invoke(pages);
        setup.Endpoints?.Invoke(app);
        app.MapGet("/sign-in/{name}", SignInAsync);
        app.MapGet("/sign-out", (HttpContext context) => context.SignOutAsync());
        return app;
    }

    /// <summary>Signs anybody in; <c>?staff=1</c> adds the claim that the policy Staff asks for.</summary>
    private static Task SignInAsync(HttpContext context, string name)
    {
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, $"id-{name}"), new(ClaimTypes.Name, name) };
        if (context.Request.Query.ContainsKey("staff"))
            claims.Add(new Claim("staff", "yes"));
        return context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")));
    }

    private static void LeaveOutMisuse(RazorPagesOptions options, string? except) => options.Conventions.AddFolderRouteModelConvention("/Misuse", page =>
    {
        if (page.ViewEnginePath != $"/Misuse/{except}")
            page.Selectors.Clear();
    });

    /// <summary>Takes the views away by which this application replaces the library's.</summary>
    private sealed class LibraryViewsOnly : IApplicationFeatureProvider<ViewsFeature>
    {
        public void PopulateFeature(IEnumerable<ApplicationPart> parts, ViewsFeature feature)
        {
            var replacements = feature.ViewDescriptors.Where(view =>
                view.RelativePath.StartsWith("/Pages/Shared/_AsyncViews/") && view.Type!.Assembly == typeof(Site).Assembly);
            foreach (var view in replacements.ToArray())
                feature.ViewDescriptors.Remove(view);
        }
    }
}
