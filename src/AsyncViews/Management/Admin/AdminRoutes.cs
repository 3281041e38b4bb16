using AsyncViews.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Management.Admin;

/// <summary>The addresses of the operator's pages, and who may open each.</summary>
internal static class AdminRoutes
{
    public const string Processes = "/processes";
    public const string Nodes = "/nodes";
    public const string SelfTest = "/self-test";
    public const string Drain = "/nodes/drain";
    public const string Bulk = "/processes/all";

    /// <summary>The route value with the name of an action. It is not called "action", since MVC would put that into the links of the application's layout.</summary>
    public const string Action = "operation";

    private static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] GetAndPost = [.. Get, HttpMethods.Post];

    public static RouteGroupBuilder Map(IEndpointRouteBuilder endpoints, string pattern)
    {
        var pages = endpoints.MapGroup(pattern.TrimEnd('/'));
        pages.RequireAuthorization(AsyncViewsPolicies.View);
        Map<OverviewPage>(pages, "", Get).WithName(EndpointNames.Admin);
        Map<ListPage>(pages, Processes, Get);
        Map<ProcessPage>(pages, Processes + "/{id}", Get).WithName(EndpointNames.AdminProcess);
        Map<NodesPage>(pages, Nodes, Get);

        var actions = pages.MapGroup("");
        actions.RequireAuthorization(AsyncViewsPolicies.Manage);
        Map<ActionPage>(actions, Processes + $"/{{id}}/{{{Action}}}", GetAndPost);
        Map<BulkPage>(actions, Bulk + $"/{{{Action}}}", GetAndPost);
        Map<DrainPage>(actions, Drain, GetAndPost);
        Map<SelfTestPage>(actions, SelfTest, GetAndPost);
        RestRoutes.Map(pages);
        return pages;
    }

    private static IEndpointConventionBuilder Map<TPage>(RouteGroupBuilder group, string pattern, string[] methods) where TPage : AdminPage
    {
        RequestDelegate answer = context => context.RequestServices.GetRequiredService<AdminEntrance>().AnswerAsync<TPage>(context);
        return group.MapMethods(pattern, methods, answer).WithDisplayName($"AsyncViews: {typeof(TPage).Name}");
    }
}
