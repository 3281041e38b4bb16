using AsyncViews.Progress;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management;

/// <summary>Says in what state the queue is: what a person needs to know at three in the morning.</summary>
internal sealed class ProcessHealthCheck(
    StoreProbe store, Sweeper sweeper, StallWatch stall, LiveProcesses live, QueueReport report, IOptions<AsyncViewsOptions> options) : IHealthCheck
{
    /// <summary>Several sweeps see the same, and an engine has had the time to begin.</summary>
    private static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(1);

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

        if (sweeper.Failure is { } failure)
            return HealthCheckResult.Unhealthy("The store could be read, but not written at the last sweep.", failure);

        var unstoredEnds = live.All.Count(process => process.EndIsWaiting);
        var data = new Dictionary<string, object>
        {
            ["scheduled"] = health.Scheduled,
            ["queued"] = health.Queued,
            ["running"] = health.Running,
            ["stuck"] = health.Stuck,
            ["unstoredEnds"] = unstoredEnds,
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

        if (stall.Lasting >= LongestStall)
            return HealthCheckResult.Unhealthy($"Nothing has started for {stall.Lasting.TotalSeconds:0} seconds, although processes wait and workers are free.", data: data);

        string[] troubles =
        [
            .. load.FreeDiskBytes < options.Value.MinFreeDiskBytes ? ["submissions are refused because the disk has less free space than MinFreeDiskBytes"] : Array.Empty<string>(),
            .. load.KeptBytes >= options.Value.MaxKeptBytes ? ["submissions are refused because as much is kept as MaxKeptBytes allows"] : Array.Empty<string>(),
            .. health.Stuck > 0 ? [$"{health.Stuck} running processes show no sign of life"] : Array.Empty<string>(),
            .. health.SetAside > 0 ? [$"{health.SetAside} processes are set aside because the database is damaged: the next start checks and repairs it"] : Array.Empty<string>(),
            .. unstoredEnds > 0 ? [$"{unstoredEnds} processes have ended and their end could not be stored so far"] : Array.Empty<string>(),
            .. health.UnknownTypes.Count > 0 ? [$"this application has no page or job for queued processes of {string.Join(", ", health.UnknownTypes)}"] : Array.Empty<string>(),
        ];
        return troubles.Length == 0
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded(string.Join("; ", troubles), data: data);
    }
}
