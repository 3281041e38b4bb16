using AsyncViews.Storage;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The bytes that are kept of what people have sent, in all, and of each owner and lane, see <see cref="Schema"/>.</summary>
internal static class ShareTable
{
    /// <summary>The function that writes to this table. An owner who sends from no address is their own lane.</summary>
    public const string CountShare =
        """
        CREATE OR REPLACE FUNCTION asyncviews_count_share() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            change bigint := COALESCE(NEW.bytes, 0) - COALESCE(OLD.bytes, 0);
            of_owner text := COALESCE(NEW.owner, OLD.owner);
            of_lane text := COALESCE(NEW.lane, OLD.lane);
        BEGIN
            IF of_lane = of_owner THEN
                INSERT INTO asyncviews_shares VALUES ('', change), (of_owner, change);
            ELSE
                INSERT INTO asyncviews_shares VALUES ('', change), (of_owner, change), (of_lane, change);
            END IF;
            RETURN NULL;
        END $$;
        """;

    /// <summary>The bytes of all together.</summary>
    public static readonly string Total = $"({KeptOf("''")})::bigint";

    /// <summary>The names that have several rows, or one of nothing.</summary>
    public const string Divided = "SELECT name FROM asyncviews_shares GROUP BY name HAVING COUNT(*) > 1 OR SUM(bytes) = 0";

    private static readonly string LoadsStatement =
        $"SELECT ({QueueTable.LiveOf("owner = $1")})::integer, ({KeptOf("$1")})::bigint, ({QueueTable.LiveOf("lane = $2")})::integer, ({KeptOf("$2")})::bigint";

    /// <summary>The bytes that are kept of an owner or a lane.</summary>
    public static string KeptOf(string name) => $"SELECT COALESCE(SUM(bytes), 0) FROM asyncviews_shares WHERE name = {name}";

    /// <summary>Measures an owner and a lane, both hidden. A lane that is null has nothing.</summary>
    public static Task<SenderLoads> LoadsOfAsync(Statements db, string owner, string? lane) => db.QueryFirstAsync(
        LoadsStatement,
        row => new SenderLoads(new SenderLoad(row.GetInt32(0), row.GetInt64(1)), new SenderLoad(row.GetInt32(2), row.GetInt64(3))),
        Text(owner), Text(lane));

    /// <summary>Leaves one row of each name, and none of those who keep nothing.</summary>
    public static Task<int> AddUpAsync(Statements db) => db.ExecuteAsync(
        $"""
        WITH added AS (DELETE FROM asyncviews_shares WHERE name IN ({Divided}) RETURNING name, bytes)
        INSERT INTO asyncviews_shares SELECT name, SUM(bytes) FROM added GROUP BY name HAVING SUM(bytes) <> 0
        """);
}
