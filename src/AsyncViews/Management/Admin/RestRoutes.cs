using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's addresses for scripts, described for OpenAPI: what the pages show and do, as JSON.</summary>
internal static class RestRoutes
{
    public const string Prefix = "/api";

    private const string Tag = "AsyncViews";
    private const string Problem = "application/problem+json";

    /// <summary>In bytes. What is larger belongs into a file that the job reads.</summary>
    private const int LargestJob = 1 << 20;

    public static void Map(RouteGroupBuilder pages)
    {
        var scripts = pages.MapGroup(Prefix).WithTags(Tag).WithMetadata(new RestAddress()).DisableCookieRedirect();
        scripts.AddEndpointFilter(AnswerAsync);
        Describe(scripts.MapGet("/processes", RestEndpoints.ListAsync).Produces<RestList>(), "AsyncViewsList", "Lists everybody's processes that fit the filter, newest first.");
        Describe(scripts.MapGet("/processes/{id}", RestEndpoints.GetAsync).Produces<RestProcess>().ProducesProblem(StatusCodes.Status404NotFound), "AsyncViewsGet", "Returns the status of a process, by its id or its reference number.");
        Describe(scripts.MapGet("/groups", RestEndpoints.GetGroupAsync).Produces<RestGroup>().ProducesProblem(StatusCodes.Status404NotFound), "AsyncViewsGroup", "Counts the members of the last group that began with a reference, and estimates the time that they take.");
        Describe(scripts.MapGet("/health", (Delegate)RestEndpoints.GetHealthAsync).Produces<QueueHealth>(), "AsyncViewsHealth", "Tells how the queue stands.");

        var actions = scripts.MapGroup("").RequireAuthorization(AsyncViewsPolicies.Manage);
        Describe(actions.MapPost("/jobs", RestEndpoints.ScheduleAsync).WithMetadata(new RequestSizeLimitAttribute(LargestJob)).Accepts<RestJob>("application/json").ProducesProblem(StatusCodes.Status415UnsupportedMediaType).Produces<RestProcess>(StatusCodes.Status202Accepted), "AsyncViewsSchedule", "Schedules a registered job.");
        DescribeAction(actions.MapPost("/processes/{id}/cancel", RestEndpoints.CancelAsync), "AsyncViewsCancel", "Cancels a process that waits, or asks its run to stop.");
        DescribeAction(actions.MapPost("/processes/{id}/run-now", RestEndpoints.RunNowAsync), "AsyncViewsRunNow", "Lets a process that waits for a later time start now.");
        DescribeAction(actions.MapPost("/processes/{id}/retry", RestEndpoints.RetryAsync), "AsyncViewsRetry", "Lets the next attempt start now, or sends again what has failed, as a new process.");
        Describe(actions.MapDelete("/processes/{id}", RestEndpoints.RemoveAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound), "AsyncViewsRemove", "Deletes a process with everything that is stored with it.");
        Describe(actions.MapGet("/processes/{id}/result", RestEndpoints.GetResultAsync).Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict), "AsyncViewsResult", "Returns the body that a process produced, whatever its type.");
    }

    private static void DescribeAction(RouteHandlerBuilder endpoint, string name, string summary) =>
        Describe(endpoint.Produces<RestProcess>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict), name, summary);

    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary) => endpoint.WithName(name).WithSummary(summary)
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status400BadRequest)
        .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, Problem).Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, Problem);

    /// <summary>Around every endpoint: the limit of its caller, the token of what changes something, and a store that does not answer.</summary>
    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        PrivateHeaders.SetAtStart(context);
        if (!context.RequestServices.GetRequiredService<RestLimit>().Admit(context))
            return RestEndpoints.Refuse(StatusCodes.Status429TooManyRequests, "rate-limit", "Too many requests.");

        // The framework has found an unreadable parameter, and would answer with the bare status.
        if (context.Response.StatusCode == StatusCodes.Status400BadRequest)
            return RestEndpoints.Refuse(StatusCodes.Status400BadRequest, "request", "A parameter cannot be read.");

        if (!HttpMethods.IsGet(context.Request.Method) && !await context.RequestServices.GetRequiredService<TokenlessScripts>().IncludeAsync(context)
            && await SubmissionRefusal.FindOfTokenAsync(context) is not null)
            return RestEndpoints.Refuse(StatusCodes.Status400BadRequest, "antiforgery", "The antiforgery token is missing or not valid.");

        try
        {
            return await next(invocation);
        }
        catch (StoreException)
        {
            context.Response.Headers.RetryAfter = "30";
            return RestEndpoints.Refuse(StatusCodes.Status503ServiceUnavailable, "unavailable", "The store cannot be used at the moment.");
        }
    }
}
