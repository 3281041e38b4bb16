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

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(2);

    /// <summary>Returns what a page shows of a group; null if nothing of it is the person's own.</summary>
    public async Task<GroupViewModel?> DescribeAsync(HttpContext context, string? reference)
    {
        if (string.IsNullOrEmpty(reference) || !await authorization.IsStillUserAsync(context)
            || await store.FindGroupAsync(reference, owners.AllOf(context), context.RequestAborted) is not { } group)
            return null;

        var now = time.GetUtcNow();
        var interval = Cadence.IntervalOf(Cadence.BandAt(now > group.CreatedAt ? now - group.CreatedAt : TimeSpan.Zero));
        return new GroupViewModel
        {
            Reference = reference,
            Status = group,
            Remaining = group.IsEnded ? null : group.EstimateAt(now)?.Remaining,
            PollInterval = Cadence.Jittered(interval > ShortestInterval ? interval : ShortestInterval),
            PollAddress = group.IsEnded ? null : AddressOf(context, reference, group),
        };
    }

    public async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        PrivateHeaders.SetAtStart(context);
        PollAnswer.Mark(context);
        if (!Methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase))
            return MethodNotAllowed.Answer(context, Methods);

        try
        {
            var query = context.Request.Query;
            if (await DescribeAsync(context, query[QueryKeys.Group]) is not { } group)
                return new EmptyResult();

            return query[QueryKeys.Version] == VersionOf(group.Status) ? new StatusCodeResult(StatusCodes.Status204NoContent)
                : ProcessView.Fragment("_GroupPoll", group with { Announces = query[QueryKeys.Announcement] != AnnouncementOf(group.Status) });
        }
        catch (Exception exception) when (exception is StoreUnavailableException or DamagedContentException)
        {
            return lookup.Apologize(context, exception);
        }
    }

    private string? AddressOf(HttpContext context, string reference, GroupStatus group) => links.GetPathByName(context, EndpointNames.Jobs, new RouteValueDictionary
    {
        [QueryKeys.Handler] = HandlerNames.Group,
        [QueryKeys.Group] = reference,
        [QueryKeys.Version] = VersionOf(group),
        [QueryKeys.Announcement] = AnnouncementOf(group),
    });

    private static string VersionOf(GroupStatus group) =>
        string.Create(CultureInfo.InvariantCulture, $"{group.Total}.{group.Running}.{group.Succeeded}.{group.NotSucceeded}");

    private static string AnnouncementOf(GroupStatus group) => ((int)group.Percent / Quarter * Quarter).ToString(CultureInfo.InvariantCulture);
}
