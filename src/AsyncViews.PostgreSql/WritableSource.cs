using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>Data sources that lead to a server that accepts writes, where a connection string names several.</summary>
internal static class WritableSource
{
    /// <summary>Prepares a data source.</summary>
    /// <param name="settings">The connection string.</param>
    /// <param name="configure">Changes the data source before it is made.</param>
    /// <exception cref="ArgumentException">The connection string asks for a server that may accept no writes.</exception>
    public static Func<NpgsqlDataSource> Of(NpgsqlConnectionStringBuilder settings, Action<NpgsqlDataSourceBuilder>? configure = null)
    {
        if (settings.Host?.Contains(',', StringComparison.Ordinal) != true)
            return () => Builder().Build();

        // Unless it is told, Npgsql takes the first server that answers, which may be a former primary.
        var target = settings.TargetSessionAttributes switch
        {
            null or "primary" => TargetSessionAttributes.Primary,
            "read-write" => TargetSessionAttributes.ReadWrite,
            "any" => TargetSessionAttributes.Any,
            var other => throw new ArgumentException($"The connection string asks for servers that may accept no writes: 'Target Session Attributes={other}'. Use 'primary', which is the default, 'read-write' or 'any'."),
        };
        settings.TargetSessionAttributes = null;
        return () => Builder().BuildMultiHost().WithTargetSession(target);

        NpgsqlDataSourceBuilder Builder()
        {
            var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            configure?.Invoke(builder);
            return builder;
        }
    }
}
