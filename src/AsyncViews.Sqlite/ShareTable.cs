using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The live processes and the kept bytes of what people have sent, in all, and of each owner and lane: counted by triggers, so that nobody adds up rows.</summary>
internal static class ShareTable
{
    public static readonly string ReadStatement =
        $"""
        SELECT name = '', name = {Schema.NameOf("$owner")}, name = {Schema.NameOf("$lane")}, live, bytes FROM shares
        WHERE name IN ('', {Schema.NameOf("$owner")}, {Schema.NameOf("$lane")})
        """;

    /// <summary>The bytes that are kept of it in all.</summary>
    public static long Total(Statements db) => db.QueryFirst("SELECT bytes FROM shares WHERE name = ''", row => row.GetInt64(0));

    /// <summary>The same, and what a sender has.</summary>
    public static (long Total, SenderLoads OfSender) Read(Statements db, string owner, string lane)
    {
        var rows = db.Query(
            ReadStatement, row => (IsTotal: row.GetBoolean(0), OfOwner: row.GetBoolean(1), InLane: row.GetBoolean(2), Load: new SenderLoad(row.GetInt32(3), row.GetInt64(4))), ("$owner", owner), ("$lane", lane));
        return (rows.Find(row => row.IsTotal).Load.KeptBytes, new SenderLoads(rows.Find(row => row.OfOwner).Load, rows.Find(row => row.InLane).Load));
    }
}
