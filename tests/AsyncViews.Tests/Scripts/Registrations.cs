using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AsyncViews.Tests.Scripts;

/// <summary>The client that the samples of docs/scripts.md register.</summary>
internal static class Registrations
{
    public static void AddReportClient(IServiceCollection services, string site, string apiKey)
    {
        services.AddHttpClient<ReportClient>(http =>
        {
            http.BaseAddress = new Uri(site);
            http.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseCookies = false }).AddStandardResilienceHandler();
    }

    public static void AddPeopleAndScripts(WebApplicationBuilder builder)
    {
        builder.Services.AddAsyncViews(options => options.AllowTokenlessScripts = true);

        builder.Services.AddAuthentication("Either")
            .AddCookie()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>("ApiKey", null)
            .AddPolicyScheme("Either", null, policy => policy.ForwardDefaultSelector = context =>
                context.Request.Headers.ContainsKey("X-Api-Key") ? "ApiKey" : CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
