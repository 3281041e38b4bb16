using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The live processes and the kept bytes of what people have sent, in all, and of each owner and lane: counted by triggers, so that nobody adds up rows.</summary>
internal static class ShareTable
{
    public static readonly string ReadStatement = $"SELECT live, bytes FROM shares WHERE name = {Schema.NameOf("$name")}";

    /// <summary>The name of all together.</summary>
    private const string All = "";

    /// <summary>The bytes that are kept of it in all.</summary>
    public static long Total(Statements db) => LoadOf(db, All).KeptBytes;

    public static SenderLoads LoadsOf(Statements db, string owner, string lane) => new(LoadOf(db, owner), LoadOf(db, lane));

    private static SenderLoad LoadOf(Statements db, string name) => db.QueryFirst(ReadStatement, row => new SenderLoad(row.GetInt32(0), row.GetInt64(1)), ("$name", name));
}
