using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Capture;

/// <summary>
/// Takes the place of the framework's antiforgery filter: validates at the submission and never in the run (the person
/// may have signed out since), and shows a form with a stale token again instead of a bare 400.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SubmissionAntiforgeryAttribute : Attribute, IAsyncAuthorizationFilter, IAntiforgeryPolicy, IOrderedFilter
{
    /// <summary>After every other antiforgery policy, so that it sees an [IgnoreAntiforgeryToken] on the page.</summary>
    public const int Place = 100_000;

    public int Order => Place;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.Features.Get<ProcessContext>() is not null)
        {
            // After [RequestFormLimits], which expects to be the first to read the form, as this filter is at the submission.
            AcceptedForm.Expect(http);
            return;
        }

        if (IsSafe(http.Request.Method))
            return;

        // Otherwise, model binding reads the form again and puts the framework's message, with the server's path, into ModelState.
        var isSubmission = PageHandlers.IsSubmission(http.Request, (CompiledPageActionDescriptor)context.ActionDescriptor);
        if (isSubmission && await SubmissionRefusal.FindDiskFailureAsync(http) is { } failure)
        {
            context.Result = http.RequestServices.GetRequiredService<SubmissionIntake>().RefuseUnbuffered(http, failure);
            return;
        }

        if (IsIgnored(context))
            return;

        if (await http.RequestServices.GetRequiredService<TokenlessScripts>().IncludeAsync(http))
            return;

        if (await SubmissionRefusal.FindOfTokenAsync(http) is not { } refusal)
            return;

        if (isSubmission)
            http.Features.Set(refusal);
        else
            context.Result = new AntiforgeryValidationFailedResult();
    }

    /// <summary>Returns whether the page asked for no validation with [IgnoreAntiforgeryToken].</summary>
    public static bool IsIgnored(FilterContext context) =>
        context.Filters.OfType<IAntiforgeryPolicy>().LastOrDefault(policy => policy is not SubmissionAntiforgeryAttribute) is IgnoreAntiforgeryTokenAttribute;

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
