using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Management.Admin;

/// <summary>The nodes that share the store, and what runs on each.</summary>
internal sealed class NodesPage(INodeManager nodes) : AdminPage
{
    public override async Task<IActionResult> AnswerAsync(HttpContext context) =>
        Show("Nodes", await FrameAsync(context, new AdminNodesViewModel { Nodes = await nodes.ListAsync(context.RequestAborted) }));
}
