using AsyncViews.Running;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's list: everybody's processes that fit a filter, page by page, and the way from an id or a reference number to its process.</summary>
internal sealed class ListPage(IProcessManager processes, ProcessTypes types) : AdminPage
{
    private const string FindKey = "find", AfterKey = "after";

    private const int Shown = 50;

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        var wanted = context.Request.Query[FindKey].ToString().Trim();
        if (wanted.Length > 0 && await FindAsync(wanted, context.RequestAborted) is { } found)
            return new RedirectResult(AddressOf(context, found));

        var filter = ProcessFilter.Of(context.Request);
        var after = ProcessId.TryParse(context.Request.Query[AfterKey], out var id) ? id : (ProcessId?)null;
        var fitting = wanted.Length > 0 || !ProcessFilter.IsReadable(context.Request.Query) ? [] : await processes.ListAsync(filter, Shown + 1, after, context.RequestAborted);
        var shown = fitting.Take(Shown).ToArray();
        var address = $"{AddressOf(context)}{AdminRoutes.Processes}";
        return Show("Processes", await FrameAsync(context, new AdminListViewModel
        {
            Processes = shown,
            Filter = filter,
            KnownTypes = [.. types.All.Select(type => type.ToString()).Order(StringComparer.Ordinal)],
            Newest = after is null ? null : address + filter.ToQuery(),
            Older = fitting.Count > Shown ? address + filter.ToQuery((AfterKey, shown[^1].Id.ToString())) : null,
            BulkQuery = filter.ToQuery(),
        }));
    }

    private async Task<ProcessId?> FindAsync(string wanted, CancellationToken cancellationToken) =>
        ProcessId.TryParse(wanted, out var id) ? await processes.GetStatusAsync(id, cancellationToken) is null ? null : id
        : (await processes.ListAllAsync(new ProcessQuery { Reference = wanted, Count = 1 }, cancellationToken: cancellationToken)).Select(status => (ProcessId?)status.Id).FirstOrDefault();
}
