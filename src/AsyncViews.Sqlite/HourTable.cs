using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The statements on what ended hour by hour. A trigger counts it, see <see cref="Schema"/>.</summary>
internal static class HourTable
{
    public static IReadOnlyList<HourFigures> Read(Statements db, DateTimeOffset from) => db.Query(
        "SELECT hour, state, count, wait FROM hours WHERE hour >= $from ORDER BY hour, state",
        row => new HourFigures(new DateTimeOffset(row.GetInt64(0) * TimeSpan.TicksPerHour, TimeSpan.Zero), (ProcessState)row.GetInt32(1), row.GetInt32(2), TimeSpan.FromTicks(row.GetInt64(3))),
        ("$from", NumberOf(from)));

    public static int Forget(Statements db, DateTimeOffset now) => db.Execute("DELETE FROM hours WHERE hour < $before", ("$before", NumberOf(now - HourFigures.Retention)));

    private static long NumberOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;
}
