using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.FileProviders;

namespace AsyncViews.BrowserTests.Site;

/// <summary>The pages of this project on a Kestrel of their own, under the Content Security Policy that must hold.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors ";

    /// <summary>For how long a cookie keeps somebody signed in.</summary>
    public static readonly TimeSpan SessionTime = TimeSpan.FromHours(1);

    /// <summary>The name with which somebody signs in to see the operator's pages.</summary>
    public const string Operator = "operator";

    private const string Nonce = "nonce";

    private readonly WebApplication _application;

    private TestSite(WebApplication application) => _application = application;

    public string Address => _application.Urls.First();

    /// <summary>Where it speaks plain HTTP beside TLS.</summary>
    public string HttpAddress => _application.Urls.Last();

    public IServiceProvider Services => _application.Services;

    public Works Works => _application.Services.GetRequiredService<Works>();

    /// <param name="configure">Changes the library's options.</param>
    /// <param name="settings">Changes the site.</param>
    /// <param name="replace">Changes its services.</param>
    public static async Task<TestSite> StartAsync(
        Action<AsyncViewsOptions>? configure = null, TestSiteSettings? settings = null, Action<IServiceCollection>? replace = null)
    {
        settings ??= new TestSiteSettings();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(TestSite).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = settings.Environment,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls([$"{(settings.Https ? "https" : "http")}://127.0.0.1:{settings.Port}", .. settings.HttpToo ? ["http://127.0.0.1:0"] : Array.Empty<string>()]);
        if (settings.Https)
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = TestCertificate.Make()));
        builder.Logging.ClearProviders();
        builder.Configuration["Ledger"] = settings.Ledger;
        builder.Configuration["Layout"] = settings.Layout;
        builder.Services.AddRazorPages(pages =>
        {
            if (settings.Without is { } page)
                pages.Conventions.AddPageRouteModelConvention(page, model => model.Selectors.Clear());
        });
        var asyncViews = builder.Services.AddAsyncViews(configure).AddJob<Errand>("errand");
        if (settings.Database is { } database)
            asyncViews.UseSqlite(database);
        if (settings.PostgreSql is { } farm)
        {
            asyncViews.UsePostgreSql(farm);
            if (settings.Quartz)
                asyncViews.UseQuartz(farm);
            builder.Services.AddDataProtection().SetApplicationName("test site").PersistKeysToAsyncViews();
        }
        else
        {
            builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        }

        builder.Services.AddHealthChecks().AddAsyncViews();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.LoginPath = "/signin";
            cookie.ExpireTimeSpan = SessionTime;
        });
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(AsyncViewsPolicies.View, policy => policy.RequireClaim(ClaimTypes.NameIdentifier, Operator))
            .AddPolicy(AsyncViewsPolicies.Manage, policy => policy.RequireClaim(ClaimTypes.NameIdentifier, Operator));
        builder.Services.AddSingleton<Works>();
        replace?.Invoke(builder.Services);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(settings.ShutdownSeconds));

        var application = builder.Build();
        var works = application.Services.GetRequiredService<Works>();
        application.Use(async (context, next) =>
        {
            context.Items[Nonce] = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
            var policy = settings.Nonces
                ? ContentSecurityPolicy.Replace("script-src 'self'", $"script-src 'nonce-{NonceOf(context)}' 'strict-dynamic'").Replace("style-src 'self'", $"style-src 'nonce-{NonceOf(context)}'")
                : ContentSecurityPolicy;
            context.Response.Headers.ContentSecurityPolicy = policy + settings.FrameAncestors;
            await next(context);
            if (HttpMethods.IsPost(context.Request.Method) && works.Find(context.Request.Query["key"]) is { } work)
                await work.PostedAsync();
        });
        if (settings.Language is { } language)
            application.UseRequestLocalization(new RequestLocalizationOptions { RequestCultureProviders = [] }.SetDefaultCulture(language).AddSupportedUICultures(language));
        application.UseAuthentication();
        application.UseAuthorization();
        if (settings.Assets is { } assets)
            application.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(assets), RequestPath = "/assets" });
        application.MapStaticAssets();
        application.MapRazorPages();
        application.MapMyProcesses();
        application.MapJobs();
        application.MapAsyncViewsAdmin();
        application.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealthAsync });
        application.MapGet("/favicon.ico", () => TypedResults.NoContent());
        application.MapGet("/file", () => TypedResults.File("id;name"u8.ToArray(), "text/csv", "file.csv"));
        application.MapGet("/slow", async (string key) =>
        {
            await works[key].AnsweredAsync();
            return TypedResults.Content("<!DOCTYPE html><title>Slow</title><h1>Slow</h1>", "text/html");
        });
        await application.StartAsync();
        return new TestSite(application);
    }

    /// <summary>The nonce that the policy of this request's answer gives its scripts and style sheets.</summary>
    public static string? NonceOf(HttpContext context) => context.Items[Nonce] as string;

    /// <summary>Runs until the process is told to stop, or until its standard input closes: whoever started it holds the other end.</summary>
    public async Task RunAsync()
    {
        _ = Task.Factory.StartNew(StopWhenInputCloses, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await _application.WaitForShutdownAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var work in Works.All)
        {
            work.Answer();
            work.Finish();
        }

        await _application.DisposeAsync();
    }

    private static Task WriteHealthAsync(HttpContext context, HealthReport report)
    {
        var entry = report.Entries["asyncviews"];
        return context.Response.WriteAsJsonAsync(new { status = entry.Status.ToString(), entry.Description, entry.Data });
    }

    private void StopWhenInputCloses()
    {
        while (Console.In.Read() >= 0)
        {
        }

        _application.Lifetime.StopApplication();
    }
}
