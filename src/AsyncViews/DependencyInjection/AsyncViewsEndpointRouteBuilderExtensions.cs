using AsyncViews.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the pages of AsyncViews that are no page of the application's own.</summary>
public static class AsyncViewsEndpointRouteBuilderExtensions
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    /// <summary>
    /// Maps the page 'my processes': what the signed-in user, or this browser, has under way and got, with links to open it
    /// and buttons to cancel, send again and discard. Map it once.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where the page is. The default is <c>/my-processes</c>.</param>
    /// <returns>A builder for conventions such as RequireAuthorization.</returns>
    /// <exception cref="InvalidOperationException">AsyncViews is not registered.</exception>
    public static IEndpointConventionBuilder MapMyProcesses(this IEndpointRouteBuilder endpoints, string pattern = "/my-processes")
    {
        Check(endpoints, pattern);
        RequestDelegate answer = context => context.RequestServices.GetRequiredService<MyProcessesEndpoint>().AnswerAsync(context);
        return endpoints.MapMethods(pattern, Methods, answer).WithName(MyProcessesEndpoint.Name).WithDisplayName("AsyncViews: my processes");
    }

    /// <summary>
    /// Maps the page of all jobs, for their owners: what a page answers for its own processes (processing, completed, result,
    /// cancel, again), it answers for those that have none. <c>&lt;async-progress&gt;</c> shows a job where this is mapped. Map it once.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where the page is. The default is <c>/processes</c>: <c>/processes/result?process_id=…</c></param>
    /// <returns>A builder for conventions such as RequireAuthorization.</returns>
    /// <exception cref="InvalidOperationException">AsyncViews is not registered.</exception>
    public static IEndpointConventionBuilder MapAsyncViews(this IEndpointRouteBuilder endpoints, string pattern = "/processes")
    {
        Check(endpoints, pattern);
        RequestDelegate answer = context => context.RequestServices.GetRequiredService<JobsEndpoint>().AnswerAsync(context);
        return endpoints.Map(pattern.TrimEnd('/') + "/{handler?}", answer).WithName(JobsEndpoint.Name).WithDisplayName("AsyncViews: jobs");
    }

    private static void Check(IEndpointRouteBuilder endpoints, string pattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(MyProcessesEndpoint)) == false)
            throw new InvalidOperationException("AsyncViews is not registered. Add builder.Services.AddAsyncViews(); behind builder.Services.AddRazorPages(); in Program.cs.");
    }
}
