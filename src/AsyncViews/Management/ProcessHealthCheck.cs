using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AsyncViews.Management;

/// <summary>Says in what state the queue is: what a person needs to know at three in the morning.</summary>
internal sealed class ProcessHealthCheck(IProcessStore store, ProcessPages pages, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        StoreInspection inspection;
        try
        {
            inspection = await store.InspectAsync(pages.Types, Node.Lease, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy("The store cannot be used.", exception);
        }

        var data = new Dictionary<string, object>
        {
            ["queued"] = inspection.Queued,
            ["running"] = inspection.Running,
            ["stuck"] = inspection.Stuck,
            ["unknownTypes"] = inspection.UnknownTypes,
        };
        if (inspection.OldestQueuedAt is { } oldest)
            data["oldestWaitingSeconds"] = (int)(time.GetUtcNow() - oldest).TotalSeconds;

        string[] troubles =
        [
            .. inspection.Stuck > 0 ? [$"{inspection.Stuck} running processes show no sign of life"] : Array.Empty<string>(),
            .. inspection.UnknownTypes.Count > 0 ? [$"no page runs what is queued for {string.Join(", ", inspection.UnknownTypes)}"] : Array.Empty<string>(),
        ];
        return troubles.Length == 0
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded(string.Join("; ", troubles), data: data);
    }
}
