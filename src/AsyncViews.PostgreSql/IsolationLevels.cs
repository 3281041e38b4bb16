using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The isolation of single statements, which is the default of their connection: they must read what others have committed while they waited for a lock.</summary>
internal static class IsolationLevels
{
    private const string ReadCommitted = "SET default_transaction_isolation = 'read committed'";

    /// <summary>Sets the default of each connection, whatever that of the role is. As an option of the connection string, it would be refused by some poolers.</summary>
    public static void BeReadCommitted(NpgsqlDataSourceBuilder builder) => builder.UsePhysicalConnectionInitializer(
        connection =>
        {
            using var command = new NpgsqlCommand(ReadCommitted, connection);
            command.ExecuteNonQuery();
        },
        connection => new Statements(connection).ExecuteAsync(ReadCommitted));

    /// <exception cref="InvalidOperationException">The default of the connection is another. The message says what to do.</exception>
    public static async Task ThrowIfHigherAsync(Statements db)
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
