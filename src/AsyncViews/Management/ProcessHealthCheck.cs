using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management;

/// <summary>Says in what state the queue is: what a person needs to know at three in the morning.</summary>
internal sealed class ProcessHealthCheck(
    IProcessStore store, Sweeper sweeper, ProcessTypes types, TimeProvider time, IOptions<AsyncViewsOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        StoreInspection inspection;
        StoreLoad load;
        try
        {
            load = await store.GetLoadAsync(cancellationToken);
            inspection = await store.InspectAsync(types.All, Node.Lease, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy("The store cannot be used.", exception);
        }

        if (sweeper.Failure is { } failure)
            return HealthCheckResult.Unhealthy("The store could be read and not be written at the last sweep.", failure);

        var data = new Dictionary<string, object>
        {
            ["scheduled"] = inspection.Scheduled,
            ["queued"] = inspection.Queued,
            ["running"] = inspection.Running,
            ["stuck"] = inspection.Stuck,
            ["unknownTypes"] = inspection.UnknownTypes,
            ["freeDiskBytes"] = load.FreeDiskBytes,
        };
        if (inspection.OldestQueuedAt is { } oldest)
            data["oldestWaitingSeconds"] = (int)(time.GetUtcNow() - oldest).TotalSeconds;

        string[] troubles =
        [
            .. load.FreeDiskBytes < options.Value.MinFreeDiskBytes ? ["submissions are refused, since the disk has less room left than MinFreeDiskBytes"] : Array.Empty<string>(),
            .. inspection.Stuck > 0 ? [$"{inspection.Stuck} running processes show no sign of life"] : Array.Empty<string>(),
            .. inspection.UnknownTypes.Count > 0 ? [$"nothing here runs what is queued for {string.Join(", ", inspection.UnknownTypes)}"] : Array.Empty<string>(),
        ];
        return troubles.Length == 0
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded(string.Join("; ", troubles), data: data);
    }
}
