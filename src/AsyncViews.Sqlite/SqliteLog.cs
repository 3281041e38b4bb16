using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Every message of the store's log.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(101, LogLevel.Warning, "{Count} processes were running when the server last stopped. They are now Interrupted, or queued again if their page or job allows it.")]
    public static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(102, LogLevel.Critical, "{Database} was written with another key ring than the one beside it. Nothing is accepted, started or ended until the right key ring is back and the application is restarted.")]
    public static partial void LockedOut(ILogger logger, string database);

    [LoggerMessage(104, LogLevel.Error, "Process {ProcessId} is damaged in the store and was not started.")]
    public static partial void Damaged(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "The content file {File} could not be deleted. The next start removes it.")]
    public static partial void NotDeleted(ILogger logger, string file, Exception exception);

    [LoggerMessage(103, LogLevel.Error, "The status of process {ProcessId} is damaged in the store.")]
    public static partial void StatusDamaged(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(140, LogLevel.Information, "Processes are kept in {Database}.")]
    public static partial void Located(ILogger logger, string database);

    [LoggerMessage(141, LogLevel.Information, "Processes are kept in {Database}, in the content root. A release in another folder will not find them. To keep them in one place, give UseSqlite() an absolute path.")]
    public static partial void LocatedInContentRoot(ILogger logger, string database);

    [LoggerMessage(142, LogLevel.Warning, "The database {Database} belongs to {Owner}. Waiting for its release, since only one process can own an SQLite store.")]
    public static partial void WaitingForOwner(ILogger logger, string database, string owner);
}
