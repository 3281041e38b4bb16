using AsyncViews.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AsyncViews.Management;

/// <summary>Says in what state the queue is: what a person needs to know at three in the morning.</summary>
internal sealed class ProcessHealthCheck(
    StoreProbe store, QueueTroubles troubles, QueueReport report) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        QueueHealth health;
        StoreLoad load;
        try
        {
            (load, var inspection) = await store.AskAsync(cancellationToken);
            health = report.Of(inspection);
        }
        catch (StoreException exception)
        {
            return HealthCheckResult.Unhealthy("The store cannot be used.", exception);
        }

        var data = new Dictionary<string, object>
        {
            ["scheduled"] = health.Scheduled,
            ["queued"] = health.Queued,
            ["running"] = health.Running,
            ["stuck"] = health.Stuck,
            ["unstoredEnds"] = troubles.UnstoredEnds,
            ["setAside"] = health.SetAside,
            ["unknownTypes"] = health.UnknownTypes,
            ["quotas"] = health.Quotas,
            ["ended"] = health.Ended,
            ["freeDiskBytes"] = load.FreeDiskBytes,
            ["keptBytes"] = load.KeptBytes,
        };
        if (health.OldestWaitingSeconds is { } oldest)
            data["oldestWaitingSeconds"] = oldest;
        if (health.RemainingSeconds is { } remaining)
            data["remainingSeconds"] = remaining;
        if (health.LastFailureAt is { } lastFailure)
            data["lastFailureAt"] = lastFailure;

        var found = troubles.Find(load, health).ToArray();
        return found.Length == 0
            ? HealthCheckResult.Healthy(data: data)
            : new HealthCheckResult(found[0].Status, string.Join("; ", found.Select(trouble => trouble.Description)), found[0].Exception, data);
    }
}
