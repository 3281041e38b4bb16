using AsyncViews.Storage;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The number of processes that ended in each hour and state, see <see cref="Schema"/>.</summary>
internal static class HourTable
{
    /// <summary>The function that writes to this table and to that of all that ended. The wait is in seconds.</summary>
    public const string CountEnded =
        """
        CREATE OR REPLACE FUNCTION asyncviews_count_ended() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND OLD.state < 3 AND NEW.state >= 3 THEN
                INSERT INTO asyncviews_ended VALUES (NEW.type, NEW.state, 1);
                INSERT INTO asyncviews_hours VALUES (date_trunc('hour', NEW.ended, 'UTC'), NEW.state, 1,
                    GREATEST(0, extract(epoch FROM COALESCE(NEW.started, NEW.ended) - GREATEST(NEW.created, NEW.released, CASE WHEN NEW.due = 'infinity' THEN NEW.created ELSE NEW.due END))));
            ELSIF TG_OP = 'DELETE' OR NOT OLD.gone AND NEW.gone THEN
                INSERT INTO asyncviews_ended VALUES (OLD.type, OLD.state, -1);
            END IF;
            RETURN NULL;
        END $$;
        """;

    /// <summary>The table and its function.</summary>
    public const string Schema =
        $"""
        CREATE TABLE asyncviews_hours (hour timestamptz NOT NULL, state smallint NOT NULL, count bigint NOT NULL, wait double precision NOT NULL);

        {CountEnded}
        """;

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
