using Microsoft.Extensions.Logging;

namespace AsyncViews.EntityFrameworkCore;

internal static partial class EntityFrameworkLog
{
    public static void FailedAfterCommit(ILoggerFactory loggers, Exception exception) => FailedAfterCommit(loggers.CreateLogger("AsyncViews.EntityFrameworkCore"), exception);

    [LoggerMessage(360, LogLevel.Error, "A transaction is committed, but what was to follow the commit failed.")]
    private static partial void FailedAfterCommit(ILogger logger, Exception exception);
}
