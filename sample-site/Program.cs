using Microsoft.AspNetCore.DataProtection;
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
    options.Role = builder.Configuration.GetValue<AsyncViews.NodeRole>("role");
}).AddJob<DistanceSurvey>("survey");

// With --store postgresql --connection "Host=…", it is one node of a farm. See docs/farm.md.
if (builder.Configuration["store"] == "postgresql")
{
    asyncViews.UsePostgreSql(builder.Configuration["connection"] ?? throw new InvalidOperationException("Name the database: --connection \"Host=…;Database=…;Username=…\"."));
    builder.Services.AddDataProtection().SetApplicationName("SampleSite").PersistKeysToAsyncViews();
}
else
{
    asyncViews.UseSqlite();
}

builder.Services.AddRouting(options => options.LowercaseUrls = true);

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<AirportRegister>();
builder.Services.AddSingleton<AirportImport>();
builder.Services.AddSingleton<AirportExport>();
builder.Services.AddSingleton<AirportInspection>();
builder.Services.AddSingleton<RejectedRowFiles>();
builder.Services.AddSingleton<PassengerForecast>();

var app = builder.Build();

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

// Instead of Run: `dotnet run --project sample-site -- queue-health` is understood as well.
return await app.RunWithCommandsAsync(args);
