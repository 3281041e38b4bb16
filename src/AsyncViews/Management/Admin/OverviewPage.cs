using System.Globalization;
using AsyncViews.Jobs;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's first page: how many processes are in each state, what needs attention, and how the last hours went.</summary>
internal sealed class OverviewPage(
    StoreProbe store, ProcessTypes types, Quotas quotas, IEnumerable<RecurringWork> works, IProcessManager processes, TimeProvider time, IOptions<AsyncViewsOptions> options) : AdminPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        var (_, inspection) = await store.AskAsync(context.RequestAborted);
        var health = QueueHealth.Of(inspection, types.All, options.Value.MaxConcurrentRuns, time.GetUtcNow(), quotas);
        var page = await FrameAsync(context, new AdminOverviewViewModel
        {
            Counts = CountsOf(inspection),
            Stuck = health.Stuck,
            SetAside = health.SetAside,
            UnknownTypes = health.UnknownTypes,
            OldestWaitingSeconds = health.OldestWaitingSeconds,
            LastFailureAt = health.LastFailureAt,
            Quotas = [.. health.Quotas.Select(quota => new AdminQuota(quota.Name, quota.Limit, quota.Running, quota.Queued))],
            Recurring = await ListRecurringAsync(context.RequestAborted),
        });
        return Show(context, "Overview", "_Overview", page with { PollInterval = page.Updates ? Interval : null, Version = VersionOf(page) });
    }

    private async Task<AdminRecurring[]> ListRecurringAsync(CancellationToken cancellationToken)
    {
        RecurringWork[] known = [.. works.OrderBy(work => work.Name, StringComparer.Ordinal)];
        var waiting = (known.Length == 0 ? [] : await RecurringStarts.FindWaitingAsync(processes, cancellationToken)).ToLookup(start => start.Name);
        return Array.ConvertAll(known, work => new AdminRecurring(work.Name, work.Pattern, waiting[work.Name].FirstOrDefault()?.Id, waiting[work.Name].FirstOrDefault()?.Due));
    }

    private static string VersionOf(AdminOverviewViewModel page) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join('.', page.Counts.Values)}-{page.Stuck}-{page.SetAside}-{page.UnknownTypes.Count}-{page.OldestWaitingSeconds}-{page.LastFailureAt?.UtcTicks}-{string.Join('.', page.Quotas.Select(quota => $"{quota.Running}.{quota.Queued}"))}-{string.Join('.', page.Recurring.Select(work => work.NextId))}");

    private static Dictionary<ProcessState, int> CountsOf(StoreInspection inspection)
    {
        var counts = Enum.GetValues<ProcessState>().ToDictionary(state => state, state => inspection.Ended.Where(ended => ended.State == state).Sum(ended => ended.Count));
        (counts[ProcessState.Scheduled], counts[ProcessState.Queued], counts[ProcessState.Running]) = (inspection.Scheduled, inspection.Queued, inspection.Running);
        return counts;
    }
}
