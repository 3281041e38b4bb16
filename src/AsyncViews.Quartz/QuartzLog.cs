using Microsoft.Extensions.Logging;

namespace AsyncViews.Quartz;

/// <summary>Every message of the engine's log.</summary>
internal static partial class QuartzLog
{
    [LoggerMessage(320, LogLevel.Error, "Quartz could not be told what waits and it does not know of. Retrying in {Delay}.")]
    public static partial void NotReplenished(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(321, LogLevel.Warning, "The scheduler '{Name}' is not clustered: where several nodes share a store, each finds what another has accepted with its next sweep only. Call UseClustering() on the scheduler's persistent store.")]
    public static partial void NotClustered(ILogger logger, string name);
}
