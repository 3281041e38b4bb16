using Npgsql;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>The script that creates Quartz's tables, for somebody who may.</summary>
internal static class SchemaScript
{
    private const string Resource = "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql";

    private const string Prefix = "qrtz_";

    /// <summary>Quartz separates the statements by this line, and the first of them from remarks on its own code.</summary>
    private const string Separator = "\n--;;\n";

    /// <summary>Says what is to be done about a scheduler that cannot be created.</summary>
    public static async Task<string> ExplainAsync(SchedulerException exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
            {
                return "The tables of Quartz are missing, and this role may not create them. Let a role that may run the following script, " +
                    $"and give this role the right to read and write the tables:\n\n{await ReadAsync()}";
            }
        }

        return $"The Quartz scheduler of AsyncViews cannot be used: {exception.Message}";
    }

    private static async Task<string> ReadAsync()
    {
        await using var script = typeof(IScheduler).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("This version of Quartz has no script for PostgreSQL.");
        using var reader = new StreamReader(script);
        var statements = (await reader.ReadToEndAsync()).ReplaceLineEndings("\n").Split(Separator).Skip(1);
        return string.Join("\n", statements).Replace("{0}", Prefix, StringComparison.Ordinal).Replace("{1}", Prefix, StringComparison.Ordinal);
    }
}
