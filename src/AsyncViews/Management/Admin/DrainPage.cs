using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Management.Admin;

/// <summary>Drains a node, after a question: nothing but a restart undoes it.</summary>
internal sealed class DrainPage(INodeManager nodes, AuditLog audit) : AdminPage
{
    private const string NodeKey = "node";

    /// <summary>A node that answers later is seen on the page of the nodes.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        var name = context.Request.Query[NodeKey].ToString();
        var address = $"{AddressOf(context)}{AdminRoutes.Nodes}";
        if ((await nodes.ListAsync(context.RequestAborted)).All(node => node.Name != name))
            return await MissingAsync(context);

        if (!IsPost(context))
        {
            return Show("Confirm", await FrameAsync(context, new AdminConfirmViewModel
            {
                Name = name,
                Form = $"{AddressOf(context)}{AdminRoutes.Drain}?{NodeKey}={Uri.EscapeDataString(name)}",
                Back = address,
            }));
        }

        using var wait = new CancellationTokenSource(LongestWait);
        try
        {
            await nodes.DrainAsync(name, wait.Token);
        }
        catch (OperationCanceledException)
        {
            // It has been asked, and answers later.
        }
        catch
        {
            audit.Note(context.User, "drain", name, AuditLog.Unknown);
            throw;
        }

        audit.Note(context.User, "drain", name, nameof(OperatorOutcome.Drained));
        return GoTo(address, nameof(OperatorOutcome.Drained));
    }
}
