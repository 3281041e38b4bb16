namespace AsyncViews.PostgreSql;

/// <summary>The number of processes that have ended and are not gone, by type and state, see <see cref="Schema"/>.</summary>
internal static class EndedTable
{
    /// <summary>The types and states that have several rows, or one that counts nothing.</summary>
    public const string Divided = "SELECT type, state FROM asyncviews_ended GROUP BY type, state HAVING COUNT(*) > 1 OR SUM(count) = 0";

    /// <summary>Leaves one row of each type and state, and none of those that count nothing.</summary>
    public static Task<int> AddUpAsync(Statements db) => db.ExecuteAsync(
        $"""
        WITH added AS (DELETE FROM asyncviews_ended WHERE (type, state) IN ({Divided}) RETURNING type, state, count)
        INSERT INTO asyncviews_ended SELECT type, state, SUM(count) FROM added GROUP BY type, state HAVING SUM(count) <> 0
        """);
}
