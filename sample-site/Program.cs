using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using SampleSite;
using SampleSite.Airports;
using SampleSite.Forecasts;
using SampleSite.Pages;

var builder = WebApplication.CreateBuilder(args);

var pages = builder.Services.AddRazorPages()
    // No validation scripts here, and without errors their markup would carry an inline style, which the CSP forbids.
    .AddViewOptions(options => options.HtmlHelperOptions.ClientValidationEnabled = false);
#if RAZOR_RUNTIME_COMPILATION
pages.AddRazorRuntimeCompilation();
#endif
// Few enough that the page Departure can show what waiting in the queue looks like.
var asyncViews = builder.Services.AddAsyncViews(options =>
{
    options.MaxConcurrentRuns = DepartureModel.Runways;

    // One more is for people who have signed in: the operator.
    if (builder.Environment.IsDevelopment())
        options.MaxConcurrentRuns++;
    options.Role = builder.Configuration.GetValue<AsyncViews.NodeRole>("role");
}).AddJob<DistanceSurvey>("survey").AddJob<RegionExport>("region").AddJob<RegionArchive>("region-archive");

// With --store postgresql --connection "Host=…", it is one node of a farm, whose processes Quartz.NET runs with --engine quartz.
// See docs/farm.md.
switch (builder.Configuration["store"], builder.Configuration["engine"])
{
    case (null or "sqlite", null):
        asyncViews.UseSqlite();
        var folder = Directory.CreateDirectory(Path.Combine(builder.Environment.ContentRootPath, "App_Data"));
        builder.Services.AddDbContext<AirportList>(options => options.UseSqlite($"Data Source={folder}/airports.db").AddInterceptors(new DeferredTransactions()));
        break;

    case ("postgresql", var engine and (null or "quartz")):
        var database = builder.Configuration["connection"] ?? throw new InvalidOperationException("Name the database: --connection \"Host=…;Database=…;Username=…\".");
        asyncViews.UsePostgreSql(database);
        builder.Services.AddDbContext<AirportList>(options => options.UseNpgsql(database));
        if (engine is not null)
            asyncViews.UseQuartz(database);
        builder.Services.AddDataProtection().SetApplicationName("SampleSite").PersistKeysToAsyncViews();
        break;

    case (null or "sqlite", "quartz"):
        throw new InvalidOperationException("Quartz.NET runs the processes of nodes that share a database: --engine quartz needs --store postgresql --connection \"Host=…\".");

    case var (store, engine):
        throw new InvalidOperationException($"There is no --store {store ?? "sqlite"} with --engine {engine ?? "(none)"}. The stores are sqlite, the default, and postgresql; the latter goes with --engine quartz.");
}

if (builder.Environment.IsDevelopment())
    builder.Services.AddOperator();
builder.Services.AddRouting(options => options.LowercaseUrls = true);

Pacing.Stretch = builder.Configuration.GetValue("stretch", Pacing.Stretch);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<AirportRegister>();
builder.Services.AddScoped<AirportImport>();
builder.Services.AddSingleton<AirportExport>();
builder.Services.AddSingleton<AirportInspection>();
builder.Services.AddSingleton<RejectedRowFiles>();
builder.Services.AddSingleton<PassengerForecast>();

var app = builder.Build();

await using (var scope = app.Services.CreateAsyncScope())
    await scope.ServiceProvider.GetRequiredService<AirportList>().CreateAsync();

app.UseSecurityHeaders();
if (!app.Environment.IsDevelopment())
    app.UseExceptionHandler("/error");
app.UseStatusCodePagesWithReExecute("/error/{0}");

// What the person chose, else what the browser asks for. Only the library's pages are translated: this site's are English.
string[] languages = [.. AsyncViews.Strings.Languages];
app.UseRequestLocalization(options => options.SetDefaultCulture("en").AddSupportedCultures(languages).AddSupportedUICultures(languages));

app.MapStaticAssets();
app.MapRazorPages().WithStaticAssets();
app.MapPost("/language", LanguageChoice.Remember).DisableAntiforgery();
app.MapMyProcesses();
app.MapJobs();
if (app.Environment.IsDevelopment())
    app.MapOperator();

// Instead of Run: `dotnet run --project sample-site -- queue-health` is understood as well.
return await app.RunWithCommandsAsync(args);
