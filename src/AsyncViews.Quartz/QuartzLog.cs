using Microsoft.Extensions.Logging;

namespace AsyncViews.Quartz;

/// <summary>Every message of the engine's log.</summary>
internal static partial class QuartzLog
{
    [LoggerMessage(320, LogLevel.Error, "Quartz could not be told what waits and it does not know of. Retrying in {Delay}.")]
    public static partial void NotReplenished(ILogger logger, TimeSpan delay, Exception exception);
}
