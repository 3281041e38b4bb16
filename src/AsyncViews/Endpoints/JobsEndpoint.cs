using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Endpoints;

/// <summary>The page of all jobs, where the application has mapped it: what a page answers for its own processes, it answers for those that have none.</summary>
internal sealed class JobsEndpoint(ProcessEndpoints endpoints)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var answer = RequestedHandler.Is(context.Request, HandlerNames.Group) ? await context.RequestServices.GetRequiredService<GroupEndpoint>().AnswerAsync(context) : await endpoints.AnswerAsync(ProcessRequest.OfJob(context))
            ?? (context.Features.Get<ProcessViewModel>() is { } waiting ? Wait(waiting) : new NotFoundResult());
        await LibraryPage.ExecuteAsync(context, answer, "/Processes");
    }

    private static ViewResult Wait(ProcessViewModel process) => ProcessView.Page("Processing", process with { Title = process.Status.Title }, StatusCodes.Status200OK);
}
