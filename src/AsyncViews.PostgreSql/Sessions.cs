using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>
/// The settings of the store's connections. Single statements must read what others have committed while they waited for a lock. And
/// all of them walk along an index: a plan is kept for long, and the statistics that it was made with may know of no queue, while
/// there are thousands in it now. For a table that was empty, the server would read it whole each time, or a whole index and sort it.
/// </summary>
internal static class Sessions
{
    private const string ByIndex = "set_config('enable_seqscan', 'off', {0}), set_config('enable_bitmapscan', 'off', {0}), set_config('jit', 'off', {0})";

    private static readonly string Settings = $"SELECT set_config('default_transaction_isolation', 'read committed', false), {ByIndex.Replace("{0}", "false", StringComparison.Ordinal)}";

    /// <summary>Goes before the store's statements on a connection of the application's, which has settings of its own.</summary>
    public static Statement ForOneTransaction { get; } = new($"SELECT {ByIndex.Replace("{0}", "true", StringComparison.Ordinal)}");

    /// <summary>Sets them on each connection, whatever those of the role are. As options of the connection string, they would be refused by some poolers.</summary>
    public static void Configure(NpgsqlDataSourceBuilder builder) => builder.UsePhysicalConnectionInitializer(
        connection =>
        {
            using var command = new NpgsqlCommand(Settings, connection);
            command.ExecuteNonQuery();
        },
        connection => new Statements(connection).ExecuteAsync(Settings));

    /// <exception cref="InvalidOperationException">The default of the connection is another isolation. The message says what to do.</exception>
    public static async Task ThrowIfNotReadCommittedAsync(Statements db)
    {
        var level = await db.QueryFirstAsync("SELECT current_setting('default_transaction_isolation')", row => row.GetString(0));
        if (level is "repeatable read" or "serializable")
        {
            throw new InvalidOperationException(
                $"By default, transactions of this data source are '{level}', and the PostgreSQL store needs 'read committed'. " +
                "Add 'Options=-c default_transaction_isolation=read\\ committed' to the connection string of the data source.");
        }
    }
}
