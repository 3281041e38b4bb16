using AsyncViews;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace SampleSite;

/// <summary>The operator's pages, for whoever presses the button of the page Operator. Only in Development: a real site asks who that is.</summary>
public static class OperatorAccess
{
    public const string Role = "operator";

    public static void AddOperator(this IServiceCollection services)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options => options.LoginPath = options.AccessDeniedPath = "/operator");
        services.AddAuthorizationBuilder()
            .AddPolicy(AsyncViewsPolicies.View, policy => policy.RequireRole(Role))
            .AddPolicy(AsyncViewsPolicies.Manage, policy => policy.RequireRole(Role));
        services.AddOpenApi();
    }

    /// <summary>The pages at /processes-admin, and the description of their addresses for scripts at /openapi/v1.json.</summary>
    public static void MapOperator(this WebApplication app)
    {
        app.MapAsyncViewsAdmin();
        app.MapOpenApi();
    }
}
