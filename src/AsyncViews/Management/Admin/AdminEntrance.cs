using AsyncViews.Capture;
using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Management.Admin;

/// <summary>The way into every page of the operator: headers, the antiforgery token of a POST, and a store that does not answer.</summary>
internal sealed class AdminEntrance(ProcessLookup lookup)
{
    /// <summary>Layouts are found, and their links made, as for this page.</summary>
    private const string Path = "/AsyncViewsAdmin";

    public async Task AnswerAsync<TPage>(HttpContext context) where TPage : AdminPage
    {
        PrivateHeaders.SetAtStart(context);
        var isPoll = RequestKind.IsPoll(context.Request);
        IActionResult answer;
        try
        {
            answer = await RefuseAsync(context) ?? await context.RequestServices.GetRequiredService<TPage>().AnswerAsync(context);
        }
        catch (StoreException exception)
        {
            answer = lookup.Apologize(context, exception);
        }

        if (isPoll)
            PollAnswer.Mark(context);
        await LibraryPage.ExecuteAsync(context, answer, Path);
    }

    private static async Task<IActionResult?> RefuseAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return null;

        if (!context.Request.HasFormContentType)
            return new StatusCodeResult(StatusCodes.Status415UnsupportedMediaType);

        return await SubmissionRefusal.FindOfTokenAsync(context) is null
            ? null : ProcessView.Page("Admin/Stale", new AdminMessageViewModel { Address = AdminPage.AddressOf(context) }, StatusCodes.Status400BadRequest);
    }
}
