using AsyncViews.Storage;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The bytes that are kept of what people have sent, in all, and of each owner and lane, see <see cref="Schema"/>.</summary>
internal static class ShareTable
{
    /// <summary>The function that writes to this table when a process changes. An owner who sends from no address is their own lane.</summary>
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

    /// <summary>Counts all that a statement has added with one statement more. An earlier trigger of this name did so for each row.</summary>
    public const string CountAdded =
        """
        CREATE OR REPLACE FUNCTION asyncviews_count_added_shares() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO asyncviews_shares SELECT name, SUM(bytes) FROM added CROSS JOIN LATERAL (VALUES (''), (owner), (NULLIF(lane, owner))) AS of (name)
            WHERE limited AND name IS NOT NULL GROUP BY name;
            RETURN NULL;
        END $$;
        CREATE TRIGGER asyncviews_share_added AFTER INSERT ON asyncviews_processes REFERENCING NEW TABLE AS added
            FOR EACH STATEMENT EXECUTE FUNCTION asyncviews_count_added_shares();
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
