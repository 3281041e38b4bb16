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

    [LoggerMessage(106, LogLevel.Error, "The queue names row {Sequence}, which cannot be read or is not queued. It is set aside until the next start, which checks the database and repairs its indexes.")]
    public static partial void SetAside(ILogger logger, long sequence, Exception? exception);

    [LoggerMessage(109, LogLevel.Error, "The index of the queue is damaged. What is next is looked for in the whole table until the next start, which builds the index anew.")]
    public static partial void IndexDamaged(ILogger logger, Exception exception);

    [LoggerMessage(110, LogLevel.Error, "What is due cannot be told, since an index is damaged. The next start builds it anew; what waits for no time is started all the same.")]
    public static partial void DueTimesDamaged(ILogger logger, Exception exception);

    [LoggerMessage(111, LogLevel.Warning, "The disk is full. The room that was kept for it is used to remove what has expired.")]
    public static partial void BallastGivenUp(ILogger logger, Exception exception);

    [LoggerMessage(112, LogLevel.Critical, "The disk has no room for {Database}. Nothing is accepted, started or ended until there is: every sweep tries again.")]
    public static partial void NoRoom(ILogger logger, string database, Exception exception);

    [LoggerMessage(113, LogLevel.Critical, "{Database} or its lock was deleted, replaced or damaged while the application has it open. Nothing is accepted, started or ended any more. Put back what was deleted or replaced, and restart the application. If the database is damaged, the start repairs what it can.")]
    public static partial void FilesLost(ILogger logger, string database);

    [LoggerMessage(107, LogLevel.Warning, "The indexes of the database {Database} were damaged: {Verdict}. They were built anew, and nothing is lost.")]
    public static partial void Reindexed(ILogger logger, string database, string verdict);

    [LoggerMessage(108, LogLevel.Error, "The database {Database} was damaged: {Verdict}. Everything that could be read was copied to a new one; up to {Lost} processes are lost. The damaged file is kept as {Kept}. Delete it when it is not needed any more: what it holds does not expire.")]
    public static partial void Salvaged(ILogger logger, string database, string verdict, long lost, string kept);

    [LoggerMessage(114, LogLevel.Error, "The database {Database} was damaged. The last start ended before its repaired copy was in its place; this start has put it there. The damaged file is kept as {Database}.damaged-*. Delete it when it is not needed any more: what it holds does not expire.")]
    public static partial void RebuildFinished(ILogger logger, string database);

    [LoggerMessage(140, LogLevel.Information, "Processes are kept in {Database}.")]
    public static partial void Located(ILogger logger, string database);

    [LoggerMessage(141, LogLevel.Information, "Processes are kept in {Database}, in the content root. A release in another folder will not find them. To keep them in one place, give UseSqlite() an absolute path.")]
    public static partial void LocatedInContentRoot(ILogger logger, string database);

    [LoggerMessage(142, LogLevel.Warning, "The database {Database} belongs to {Owner}. Waiting for its release, since only one process can own an SQLite store.")]
    public static partial void WaitingForOwner(ILogger logger, string database, string owner);
}
