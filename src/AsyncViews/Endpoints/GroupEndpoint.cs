using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Endpoints;

/// <summary>The progress of a group on pages of the application, and its polls. It counts only the processes of the person who asks.</summary>
internal sealed class GroupEndpoint(IProcessStore store, Owners owners, RunAuthorization authorization, ProcessLookup lookup, LinkGenerator links, TimeProvider time)
{
    private const int Quarter = 25;

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Returns what a page shows of a group; null if nothing of it is the person's own.</summary>
    public async Task<GroupViewModel?> DescribeAsync(HttpContext context, string? reference) => (await FindAsync(context, reference))?.Model;

    public async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        PrivateHeaders.SetAtStart(context);
        PollAnswer.Mark(context);
        if (!Methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase))
            return MethodNotAllowed.Answer(context, Methods);

        try
        {
            var query = context.Request.Query;
            if (await FindAsync(context, query[QueryKeys.Group]) is not var (group, version))
                return new EmptyResult();

            return query[QueryKeys.Version] == version ? new StatusCodeResult(StatusCodes.Status204NoContent)
                : ProcessView.Fragment("_GroupPoll", group with { Announces = query[QueryKeys.Announcement] != AnnouncementOf(group.Status) });
        }
        catch (StoreException exception)
        {
            return lookup.Apologize(context, exception);
        }
    }

    /// <summary>Null if nothing of it is the person's own. The version changes with all that the page shows, and with the pace at which it asks.</summary>
    private async Task<(GroupViewModel Model, string Version)?> FindAsync(HttpContext context, string? reference)
    {
        if (string.IsNullOrEmpty(reference) || !await authorization.IsStillUserAsync(context)
            || await store.FindGroupAsync(reference, owners.AllOf(context), context.RequestAborted) is not { } group)
            return null;

        var now = time.GetUtcNow();
        var band = Cadence.BandAt(now > group.CreatedAt ? now - group.CreatedAt : TimeSpan.Zero);
        TimeSpan? remaining = !group.IsEnded && group.EstimateAt(now) is { } estimate ? Estimate.Round(estimate.Remaining) : null;
        var version = string.Create(CultureInfo.InvariantCulture, $"{group.Total}.{group.Running}.{group.Succeeded}.{group.NotSucceeded}.{band}.{remaining?.TotalSeconds}");
        return (new GroupViewModel
        {
            Reference = reference,
            Status = group,
            Remaining = remaining,
            PollInterval = Cadence.Jittered(Cadence.IntervalOfSeveral(band)),
            PollAddress = group.IsEnded ? null : AddressOf(context, reference, group, version),
        }, version);
    }

    private string? AddressOf(HttpContext context, string reference, GroupStatus group, string version) => links.GetPathByName(context, EndpointNames.Jobs, new RouteValueDictionary
    {
        [QueryKeys.Handler] = HandlerNames.Group,
        [QueryKeys.Group] = reference,
        [QueryKeys.Version] = version,
        [QueryKeys.Announcement] = AnnouncementOf(group),
        [QueryKeys.Embedded] = "1",
    });

    private static string AnnouncementOf(GroupStatus group) => ((int)group.Percent / Quarter * Quarter).ToString(CultureInfo.InvariantCulture);
}
