using AsyncViews.Storage;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The number of processes that ended in each hour and state, see <see cref="Schema"/>.</summary>
internal static class HourTable
{
    /// <summary>The hours and states that have several rows.</summary>
    public const string Divided = "SELECT hour, state FROM asyncviews_hours GROUP BY hour, state HAVING COUNT(*) > 1";

    /// <summary>Tells whether an hour has ended longer ago than <see cref="HourFigures.Retention"/>.</summary>
    public static string Old(string now) => $"hour <= {now} - interval '{HourFigures.Retention.TotalDays} days 1 hour'";

    public static async Task<IReadOnlyList<HourFigures>> ReadAsync(Statements db, DateTimeOffset from) => await db.QueryAsync(
        "SELECT hour, state, SUM(count)::integer, MAX(wait) FROM asyncviews_hours WHERE hour > $1 - interval '1 hour' GROUP BY hour, state ORDER BY hour, state",
        row => new HourFigures(row.GetFieldValue<DateTimeOffset>(0), (ProcessState)row.GetInt16(1), row.GetInt32(2), TimeSpan.FromSeconds(row.GetDouble(3))), Time(from));

    /// <summary>Merges the rows of each hour and state into one, and deletes those that are too old.</summary>
    public static async Task AddUpAsync(Statements db, DateTimeOffset now)
    {
        await db.ExecuteAsync($"DELETE FROM asyncviews_hours WHERE {Old("$1")}", Time(now));
        await db.ExecuteAsync(
            $"""
            WITH added AS (DELETE FROM asyncviews_hours WHERE (hour, state) IN ({Divided}) RETURNING hour, state, count, wait)
            INSERT INTO asyncviews_hours SELECT hour, state, SUM(count), MAX(wait) FROM added GROUP BY hour, state
            """);
    }
}
