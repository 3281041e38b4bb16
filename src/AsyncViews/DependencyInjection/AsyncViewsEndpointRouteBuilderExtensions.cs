using AsyncViews;
using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Management.Admin;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the pages of AsyncViews that do not belong to one of the application's pages.</summary>
public static class AsyncViewsEndpointRouteBuilderExtensions
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    /// <summary>
    /// Maps the page 'my processes'. It lists the processes of the signed-in user, or of this browser, with links to open
    /// them and buttons to cancel, send again and discard. Map it once.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The page's route pattern. The default is <c>/my-processes</c>.</param>
    /// <returns>A builder for conventions such as RequireAuthorization.</returns>
    /// <exception cref="InvalidOperationException">AsyncViews or Razor Pages are not registered, or the page is mapped already.</exception>
    public static IEndpointConventionBuilder MapMyProcesses(this IEndpointRouteBuilder endpoints, string pattern = "/my-processes")
    {
        Check(endpoints, pattern, nameof(MapMyProcesses));
        RequestDelegate answer = context => context.RequestServices.GetRequiredService<MyProcessesEndpoint>().AnswerAsync(context);
        return endpoints.MapMethods(pattern, Methods, answer).WithName(EndpointNames.MyProcesses).WithDisplayName("AsyncViews: my processes");
    }

    /// <summary>
    /// Maps one page for all jobs, for their owners. It has the handlers that a page has for its own processes: processing,
    /// completed, result, cancel and again. <c>&lt;async-progress&gt;</c> needs it to show a job. Map it once.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The page's route pattern. The default is <c>/processes</c>: <c>/processes/result?process_id=…</c></param>
    /// <returns>A builder for conventions such as RequireAuthorization.</returns>
    /// <exception cref="InvalidOperationException">AsyncViews or Razor Pages are not registered, or the page is mapped already.</exception>
    public static IEndpointConventionBuilder MapJobs(this IEndpointRouteBuilder endpoints, string pattern = "/processes")
    {
        Check(endpoints, pattern, nameof(MapJobs));
        RequestDelegate answer = context => context.RequestServices.GetRequiredService<JobsEndpoint>().AnswerAsync(context);
        return endpoints.Map(pattern.TrimEnd('/') + $"/{{{QueryKeys.Handler}?}}", answer).WithName(EndpointNames.Jobs).WithDisplayName("AsyncViews: jobs");
    }

    /// <summary>
    /// Maps the operator's pages: an overview, everybody's processes with their errors and actions, and the nodes. The application's policies decide
    /// who may look and who may act: <see cref="AsyncViewsPolicies.View"/> and
    /// <see cref="AsyncViewsPolicies.Manage"/>. Nothing of it can be reached without this call. Map it once.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route pattern that the addresses begin with. The default is <c>/processes-admin</c>.</param>
    /// <returns>A builder for further conventions, such as RequireHost.</returns>
    /// <exception cref="ArgumentException">The pattern has route parameters.</exception>
    /// <exception cref="InvalidOperationException">AsyncViews or Razor Pages are not registered, one of the policies is missing, or the pages are mapped already.</exception>
    public static IEndpointConventionBuilder MapAsyncViewsAdmin(this IEndpointRouteBuilder endpoints, string pattern = "/processes-admin")
    {
        Check(endpoints, pattern, nameof(MapAsyncViewsAdmin));
        if (pattern.Contains('{', StringComparison.Ordinal))
            throw new ArgumentException("The pattern must not have route parameters: the addresses of the operator's pages are made without their values.", nameof(pattern));
        CheckPolicy(endpoints, AsyncViewsPolicies.View, "see everybody's processes");
        CheckPolicy(endpoints, AsyncViewsPolicies.Manage, "cancel, send again and remove everybody's processes");
        return AdminRoutes.Map(endpoints, pattern);
    }

    private static void CheckPolicy(IEndpointRouteBuilder endpoints, string name, string permission)
    {
        if (endpoints.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>().GetPolicyAsync(name).GetAwaiter().GetResult() is null)
        {
            throw new InvalidOperationException(
                $"MapAsyncViewsAdmin needs the authorization policy '{name}' of those who may {permission}. " +
                $"Define it in Program.cs: builder.Services.AddAuthorizationBuilder().AddPolicy(\"{name}\", policy => policy.RequireRole(\"operator\"));");
        }
    }

    private static void Check(IEndpointRouteBuilder endpoints, string pattern, string mapping)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        if (endpoints.ServiceProvider.GetService<MappedPages>() is not { } mapped)
            throw new InvalidOperationException("AsyncViews is not registered. Add builder.Services.AddAsyncViews(); after builder.Services.AddRazorPages(); in Program.cs.");

        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(IActionResultExecutor<ViewResult>)) == false)
            throw new InvalidOperationException($"{mapping} shows a page and needs Razor Pages. Add builder.Services.AddRazorPages(); before builder.Services.AddAsyncViews(); in Program.cs.");

        if (!mapped.Add(mapping))
            throw new InvalidOperationException($"{mapping} was called twice. The page has one address: keep one of the calls.");
    }
}
