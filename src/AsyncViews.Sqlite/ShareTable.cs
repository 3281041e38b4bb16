using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The bytes that are kept of what people have sent, in all, and of each owner and lane: kept by triggers, so that nobody adds up rows.</summary>
internal static class ShareTable
{
    /// <summary>The name of all together.</summary>
    private const string All = "";

    public static long Total(Statements db) => BytesOf(db, All);

    public static SenderLoads LoadsOf(Statements db, string owner, string lane) => new(
        new SenderLoad(ProcessTable.CountLive(db, owner), BytesOf(db, owner)),
        new SenderLoad(QueueTable.CountLive(db, lane), BytesOf(db, lane)));

    private static long BytesOf(Statements db, string name) => db.QueryFirst("SELECT bytes FROM shares WHERE name = $name", row => row.GetInt64(0), ("$name", name));
}
