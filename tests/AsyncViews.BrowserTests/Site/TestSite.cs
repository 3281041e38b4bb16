using Microsoft.AspNetCore.DataProtection;

namespace AsyncViews.BrowserTests.Site;

/// <summary>The pages of this project on a Kestrel of their own, under the Content Security Policy that must hold.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly WebApplication _application;

    private TestSite(WebApplication application) => _application = application;

    public string Address => _application.Urls.Single();

    public Works Works => _application.Services.GetRequiredService<Works>();

    /// <param name="configure">Changes the library's options.</param>
    /// <param name="database">A connection string of the SQLite store; null keeps processes in memory.</param>
    /// <param name="port">0 lets the operating system choose.</param>
    /// <param name="ledger">Where the page Ledger writes.</param>
    public static async Task<TestSite> StartAsync(Action<AsyncViewsOptions>? configure = null, string? database = null, string port = "0", string? ledger = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(TestSite).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Configuration["Ledger"] = ledger;
        builder.Services.AddRazorPages();
        var asyncViews = builder.Services.AddAsyncViews(configure);
        if (database is not null)
            asyncViews.UseSqlite(database);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddSingleton<Works>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));

        var application = builder.Build();
        var works = application.Services.GetRequiredService<Works>();
        application.Use(async (context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            await next(context);
            if (HttpMethods.IsPost(context.Request.Method) && works.Find(context.Request.Query["key"]) is { } work)
                await work.PostedAsync();
        });
        application.MapStaticAssets();
        application.MapRazorPages();
        application.MapGet("/favicon.ico", () => TypedResults.NoContent());
        await application.StartAsync();
        return new TestSite(application);
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
}
