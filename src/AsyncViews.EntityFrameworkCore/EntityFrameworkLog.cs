using Microsoft.Extensions.Logging;

namespace AsyncViews.EntityFrameworkCore;

internal static partial class EntityFrameworkLog
{
    [LoggerMessage(360, LogLevel.Error, "A transaction is committed, but what was to follow the commit failed.")]
    public static partial void FailedAfterCommit(ILogger logger, Exception exception);
}
