using Microsoft.Extensions.Logging;

namespace AsyncViews.PostgreSql;

/// <summary>Every message of the store's log.</summary>
internal static partial class PostgreSqlLog
{
    [LoggerMessage(301, LogLevel.Warning, "{Count} runs were lost, because their node died or was silent for too long. They are now Interrupted, or queued again if their page or job allows it.")]
    public static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(302, LogLevel.Critical, "The key ring in the database does not open its content: the ring was replaced, or PostgreSqlOptions.ProtectKeys has another certificate than before. Nothing is accepted, started or ended until the right keys are back and the application is restarted.")]
    public static partial void LockedOut(ILogger logger);

    [LoggerMessage(303, LogLevel.Error, "The status of process {ProcessId} is damaged in the store.")]
    public static partial void StatusDamaged(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(304, LogLevel.Error, "Process {ProcessId} is damaged in the store and was not started.")]
    public static partial void Damaged(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(305, LogLevel.Warning, "Other nodes could not be told what this one has changed. They notice it later.")]
    public static partial void NotAnnounced(ILogger logger, Exception exception);

    [LoggerMessage(306, LogLevel.Information, "Processes are kept in the database {Database} on {Host}, in the schema {Schema}.")]
    public static partial void Located(ILogger logger, string? database, string? host, string schema);

    [LoggerMessage(343, LogLevel.Information, "The tables were updated from version {Version} to version {NewVersion}.")]
    public static partial void Updated(ILogger logger, int version, int newVersion);

    [LoggerMessage(344, LogLevel.Information, "A later release has updated the tables to version {Version}. This release, which is for version {OwnVersion}, can work with them.")]
    public static partial void Newer(ILogger logger, int version, int ownVersion);

    [LoggerMessage(307, LogLevel.Warning, "The key ring in the database is stored as plain text: a dump of the database reveals all content. Protect it with PostgreSqlOptions.ProtectKeys.")]
    public static partial void KeysUnprotected(ILogger logger);
}
