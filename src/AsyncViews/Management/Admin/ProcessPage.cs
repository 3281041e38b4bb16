using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's page of one process: what happened to it, why it failed, and what can be done about it.</summary>
internal sealed class ProcessPage(IProcessManager processes, INodeManager nodes) : AdminPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        if (!ProcessId.TryParse(context.GetRouteValue("id")?.ToString(), out var id) || await processes.GetStatusAsync(id, context.RequestAborted) is not { } status)
        {
            return RequestKind.IsHtmx(context.Request)
                ? new ReloadResult(StatusCodes.Status404NotFound)
                : await MissingAsync(context);
        }

        var page = await FrameAsync(context, new AdminProcessViewModel
        {
            Status = status,
            Failures = await processes.GetFailuresAsync(id, context.RequestAborted),
            Node = await FindNodeAsync(status, context.RequestAborted),
        });
        var version = string.Create(CultureInfo.InvariantCulture, $"{status.Version}-{status.Position}-{status.State}-{page.Node?.LastBeatAt?.UtcTicks}");
        return Show(context, "Process", "_Process", page with { PollInterval = page.Updates && !status.IsEnded ? Interval : null, Version = version });
    }

    private async Task<NodeStatus?> FindNodeAsync(ProcessStatus status, CancellationToken cancellationToken)
    {
        if (status.State != ProcessState.Running || status.Starts is not [.., { Node: { } name }])
            return null;

        // A node that is not listed has died. The next sweep ends its runs.
        return (await nodes.ListAsync(cancellationToken)).FirstOrDefault(node => node.Name == name) ?? new NodeStatus(name, IsDraining: false, Running: 0);
    }
}
