using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's page of one process: what happened to it, why it failed, and what can be done about it.</summary>
internal sealed class ProcessPage(IProcessManager processes) : AdminPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        if (!ProcessId.TryParse(context.GetRouteValue("id")?.ToString(), out var id) || await processes.GetStatusAsync(id, context.RequestAborted) is not { } status)
            return Show("Missing", await FrameAsync(context, new AdminMessageViewModel()), StatusCodes.Status404NotFound);

        var page = await FrameAsync(context, new AdminProcessViewModel
        {
            Status = status,
            Failures = await processes.GetFailuresAsync(id, context.RequestAborted),
        });
        return Show(context, "Process", "_Process", page with { PollInterval = page.Updates && !status.IsEnded ? Interval : null, Version = $"{status.Version}-{status.Position}-{status.State}" });
    }
}
