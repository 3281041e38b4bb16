using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Jobs;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Management.Admin;

/// <summary>The operator's first page: how many processes are in each state, what needs attention, and how the last hours went.</summary>
internal sealed class OverviewPage(
    StoreProbe probe, QueueTroubles troubles, QueueReport report, IProcessStore store, IEnumerable<RecurringWork> works, IProcessManager processes, TimeProvider time) : AdminPage
{
    private const int Hours = 24;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        var (load, inspection) = await probe.AskAsync(context.RequestAborted);
        var health = report.Of(inspection);
        var page = await FrameAsync(context, new AdminOverviewViewModel
        {
            Counts = CountsOf(inspection),
            Troubles = [.. troubles.Find(load, health).Select(trouble => new AdminTrouble(trouble.Text, trouble.Query))],
            OldestWaitingSeconds = health.OldestWaitingSeconds,
            LastFailureAt = health.LastFailureAt,
            Quotas = [.. health.Quotas.Select(quota => new AdminQuota(quota.Name, quota.Limit, quota.Running, quota.Queued))],
            Recurring = await ListRecurringAsync(context.RequestAborted),
            Hours = RequestKind.IsHtmx(context.Request) ? [] : await ReadHoursAsync(inspection.OldestQueuedAt, context.RequestAborted),
        });
        return Show(context, "Overview", "_Overview", page with { PollInterval = page.Updates ? Interval : null, Version = VersionOf(page, inspection.OldestQueuedAt) });
    }

    /// <summary>Each of the last hours, including those in which nothing ended.</summary>
    private async Task<AdminHour[]> ReadHoursAsync(DateTimeOffset? oldestQueuedAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var current = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        var figures = (await store.ReadHoursAsync(current.AddHours(1 - Hours), cancellationToken)).ToLookup(figure => figure.Hour);
        return [.. Enumerable.Range(0, Hours).Select(number => Of(current.AddHours(number + 1 - Hours)))];

        AdminHour Of(DateTimeOffset hour)
        {
            var ended = figures[hour].ToArray();
            var waited = ended.Select(figure => figure.LongestWait).Append(hour == current && now > oldestQueuedAt ? now - oldestQueuedAt.Value : TimeSpan.Zero).Max();
            return new AdminHour(hour, ended.Sum(figure => figure.Count), ended.Where(figure => figure.State is ProcessState.Failed or ProcessState.Interrupted).Sum(figure => figure.Count), waited);
        }
    }

    private async Task<AdminRecurring[]> ListRecurringAsync(CancellationToken cancellationToken)
    {
        RecurringWork[] known = [.. works.OrderBy(work => work.Name, StringComparer.Ordinal)];
        var waiting = (known.Length == 0 ? [] : await RecurringStarts.FindWaitingAsync(processes, cancellationToken)).ToLookup(start => start.Name);
        return Array.ConvertAll(known, work => new AdminRecurring(work.Name, work.Pattern, waiting[work.Name].FirstOrDefault()?.Id, waiting[work.Name].FirstOrDefault()?.Due));
    }

    /// <summary>Leaves out how long the oldest has waited, which grows by itself: the page counts on.</summary>
    private static string VersionOf(AdminOverviewViewModel page, DateTimeOffset? oldestQueuedAt) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join('.', page.Counts.Values)}-{Fingerprint.Of([.. page.Troubles.Select(trouble => trouble.Text)])}-{oldestQueuedAt?.UtcTicks}-{page.LastFailureAt?.UtcTicks}-{string.Join('.', page.Quotas.Select(quota => $"{quota.Running}.{quota.Queued}"))}-{string.Join('.', page.Recurring.Select(work => work.NextId))}");

    private static Dictionary<ProcessState, int> CountsOf(StoreInspection inspection)
    {
        var counts = Enum.GetValues<ProcessState>().ToDictionary(state => state, state => inspection.Ended.Where(ended => ended.State == state).Sum(ended => ended.Count));
        (counts[ProcessState.Scheduled], counts[ProcessState.Queued], counts[ProcessState.Running]) = (inspection.Scheduled, inspection.Queued, inspection.Running);
        return counts;
    }
}
