using AsyncViews.Progress;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management;

/// <summary>Everything that needs a person's attention, for the health check and for the operator's overview.</summary>
internal sealed class QueueTroubles(Sweeper sweeper, StallWatch stall, LiveProcesses live, IOptions<AsyncViewsOptions> options, IStringLocalizer<Strings> texts)
{
    /// <summary>Several sweeps see the same, and an engine has had the time to begin.</summary>
    private static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(1);

    /// <summary>The number of processes that have ended here, and whose end could not be stored so far.</summary>
    public int UnstoredEnds => live.All.Count(process => process.EndIsWaiting);

    /// <summary>The troubles of now, the gravest first.</summary>
    public IEnumerable<QueueTrouble> Find(StoreLoad load, QueueHealth health)
    {
        if (sweeper.Failure is { } failure)
            yield return new(HealthStatus.Unhealthy, "the store could be read, but not written at the last sweep", texts["Refused.StoreUnavailable"]) { Exception = failure };

        if (stall.Lasting >= LongestStall)
            yield return new(HealthStatus.Unhealthy, $"nothing has started for {stall.Lasting.TotalSeconds:0} seconds, although processes wait and workers are free", texts["Admin.Stalled"]);

        if (load.FreeDiskBytes < options.Value.MinFreeDiskBytes)
            yield return new(HealthStatus.Degraded, "submissions are refused because the disk has less free space than MinFreeDiskBytes", texts["Admin.Refusing", nameof(AsyncViewsOptions.MinFreeDiskBytes)]);

        if (load.KeptBytes >= options.Value.MaxKeptBytes)
            yield return new(HealthStatus.Degraded, "submissions are refused because as much is kept as MaxKeptBytes allows", texts["Admin.Refusing", nameof(AsyncViewsOptions.MaxKeptBytes)]);

        if (health.Stuck > 0)
            yield return new(HealthStatus.Degraded, $"{health.Stuck} running processes show no sign of life", texts["Admin.Stuck", health.Stuck]) { Query = "?state=Running" };

        if (health.SetAside > 0)
            yield return new(HealthStatus.Degraded, $"{health.SetAside} processes are set aside because the database is damaged: the next start checks and repairs it", texts["Admin.SetAside", health.SetAside]);

        if (UnstoredEnds is > 0 and var unstored)
            yield return new(HealthStatus.Degraded, $"{unstored} processes have ended and their end could not be stored so far", texts["Admin.UnstoredEnds", unstored]);

        foreach (var type in health.UnknownTypes)
            yield return new(HealthStatus.Degraded, $"this application has no page or job for queued processes of {type}", texts["Admin.UnknownTypes", type]) { Query = $"?state=Queued&type={Uri.EscapeDataString(type)}" };
    }
}

/// <summary>Something that needs a person's attention.</summary>
/// <param name="Status">The status of a health check that finds it.</param>
/// <param name="Description">Its description in the health check.</param>
/// <param name="Text">Its description for the operator, in their language.</param>
internal sealed record QueueTrouble(HealthStatus Status, string Description, string Text)
{
    /// <summary>The query of the list of the processes concerned; null if there is no such list.</summary>
    public string? Query { get; init; }

    /// <summary>The cause, if it is known.</summary>
    public Exception? Exception { get; init; }
}
