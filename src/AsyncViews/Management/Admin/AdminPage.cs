using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Management.Admin;

/// <summary>One of the operator's pages. Whoever gets here meets its policies, and has sent a valid token with a POST.</summary>
internal abstract class AdminPage
{
    /// <summary>The key under which an address says what an action has come to.</summary>
    protected const string OutcomeKey = "outcome";

    public abstract Task<IActionResult> AnswerAsync(HttpContext context);

    /// <summary>The address below which all of the pages are, without a slash at its end.</summary>
    public static string AddressOf(HttpContext context) => OverviewOf(context).TrimEnd('/');

    protected static string OverviewOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<LinkGenerator>().GetPathByName(context, EndpointNames.Admin) ?? "";

    protected static string AddressOf(HttpContext context, ProcessId id) => $"{AddressOf(context)}{AdminRoutes.Processes}/{id}";

    /// <summary>Fills in what all of the pages show.</summary>
    protected static async Task<TModel> FrameAsync<TModel>(HttpContext context, TModel model) where TModel : AdminViewModel
    {
        var may = await context.RequestServices.GetRequiredService<IAuthorizationService>().AuthorizeAsync(context.User, context, AsyncViewsPolicies.Manage);
        return model with
        {
            Address = AddressOf(context),
            MayManage = may.Succeeded,
            Outcome = context.Request.Query[OutcomeKey],
            Updates = RequestKind.WantsUpdates(context.Request),
        };
    }

    /// <summary>The page, or the part of it that a poll replaces.</summary>
    protected static IActionResult Show<TModel>(HttpContext context, string view, string part, TModel model) where TModel : AdminViewModel =>
        !RequestKind.IsHtmx(context.Request) ? Show(view, model)
        : context.Request.Query[QueryKeys.Version] == model.Version ? new StatusCodeResult(StatusCodes.Status204NoContent)
        : ProcessView.Fragment($"Admin/{part}", model);

    protected static IActionResult Show<TModel>(string view, TModel model, int statusCode = StatusCodes.Status200OK) where TModel : AdminViewModel =>
        ProcessView.Page($"Admin/{view}", model, statusCode);

    /// <summary>Says that there is no such thing here.</summary>
    protected static async Task<IActionResult> MissingAsync(HttpContext context, int statusCode = StatusCodes.Status404NotFound) =>
        Show("Missing", await FrameAsync(context, new AdminMessageViewModel()), statusCode);

    /// <summary>Goes on to the page where the outcome of an action is told.</summary>
    protected static IActionResult GoTo(string address, string outcome) =>
        new SeeOtherResult(string.Create(CultureInfo.InvariantCulture, $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{OutcomeKey}={outcome}"));

    protected static bool IsPost(HttpContext context) => HttpMethods.IsPost(context.Request.Method);
}
