using System.Globalization;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's first page: how many processes are in each state, what needs attention, and how the last hours went.</summary>
internal sealed class OverviewPage(StoreProbe store, ProcessTypes types, TimeProvider time, IOptions<AsyncViewsOptions> options) : AdminPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        var (_, inspection) = await store.AskAsync(context.RequestAborted);
        var health = QueueHealth.Of(inspection, types.All, options.Value.MaxConcurrentRuns, time.GetUtcNow());
        var page = await FrameAsync(context, new AdminOverviewViewModel
        {
            Counts = CountsOf(inspection),
            Stuck = health.Stuck,
            SetAside = health.SetAside,
            UnknownTypes = health.UnknownTypes,
            OldestWaitingSeconds = health.OldestWaitingSeconds,
            LastFailureAt = health.LastFailureAt,
        });
        return Show(context, "Overview", "_Overview", page with { PollInterval = page.Updates ? Interval : null, Version = VersionOf(page) });
    }

    private static string VersionOf(AdminOverviewViewModel page) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join('.', page.Counts.Values)}-{page.Stuck}-{page.SetAside}-{page.UnknownTypes.Count}-{page.OldestWaitingSeconds}-{page.LastFailureAt?.UtcTicks}");

    private static Dictionary<ProcessState, int> CountsOf(StoreInspection inspection)
    {
        var counts = Enum.GetValues<ProcessState>().ToDictionary(state => state, state => inspection.Ended.Where(ended => ended.State == state).Sum(ended => ended.Count));
        (counts[ProcessState.Scheduled], counts[ProcessState.Queued], counts[ProcessState.Running]) = (inspection.Scheduled, inspection.Queued, inspection.Running);
        return counts;
    }
}
