using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Endpoints;

/// <summary>Discards a process of one's own that has ended, at the address of 'my processes': asks first, and then does it.</summary>
internal sealed class DiscardEndpoint(OwnProcesses own, IProcessStore store, LiveProcesses live)
{
    /// <summary>The question; null where the request does not ask for it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="list">The address of the list, to which one goes where there is nothing to ask.</param>
    public async Task<IActionResult?> AskAsync(HttpContext context, string list)
    {
        if (context.Request.Query[QueryKeys.Discard] is not [{ Length: > 0 } id])
            return null;

        return await own.FindAsync(context, id) is { } record && record.State.IsEnded()
            ? ProcessView.Page("Discard", new DiscardViewModel(record.ToStatus(), list), StatusCodes.Status200OK)
            : new SeeOtherResult(list);
    }

    /// <summary>Nothing happens to what has not ended, or is none of one's own.</summary>
    public async Task DiscardAsync(HttpContext context, string? id)
    {
        if (await own.FindAsync(context, id) is { } record && await store.DiscardAsync(record.Id, context.RequestAborted))
            live.ForgetReading(record.Id);
    }
}
