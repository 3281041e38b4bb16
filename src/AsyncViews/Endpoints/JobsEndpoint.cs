using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Endpoints;

/// <summary>The page of all jobs, where the application has mapped it: what a page answers for its own processes, it answers for those that have none.</summary>
internal sealed class JobsEndpoint(ProcessEndpoints endpoints)
{
    /// <summary>The name by which its address is found.</summary>
    public const string Name = "AsyncViews.Jobs";

    public async Task AnswerAsync(HttpContext context)
    {
        var answer = await endpoints.AnswerAsync(ProcessRequest.OfJob(context))
            ?? (context.Features.Get<ProcessPage>() is { } waiting ? Wait(waiting) : new NotFoundResult());
        await LibraryPage.ExecuteAsync(context, answer, "/Processes");
    }

    private static ViewResult Wait(ProcessPage page) => ProcessView.Page("Processing", page with { Title = page.Status!.Title }, StatusCodes.Status200OK);
}
