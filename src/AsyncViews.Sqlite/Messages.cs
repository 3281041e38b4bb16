using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>Messages to live processes. Triggers delete them with the end.</summary>
internal sealed class Messages(StoreFiles files, Transactions transactions, Runs runs, AsyncViewsOptions options)
{
    public const string ReadStatement = $"SELECT number, sealed, sent FROM messages WHERE process = {Sequence} AND number > $after ORDER BY number LIMIT $count";

    private const string Sequence = "(SELECT sequence FROM processes WHERE id = $id)";

    private const string HandledStatement = $"SELECT EXISTS (SELECT 1 FROM messages WHERE process = {Sequence} AND number <= $after)";

    public async ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message) => await transactions.RunAsync(unit =>
    {
        if (ProcessTable.Find(unit.Db, id) is not { } row)
            return SendOutcome.NotFound;

        if (row.Record.State.IsEnded())
            return SendOutcome.AlreadyEnded;

        var process = row.Record.Sequence;
        if (unit.Db.QueryFirst("SELECT COUNT(*) FROM messages WHERE process = $process", read => read.GetInt32(0), ("$process", process)) >= options.MaxUnreadMessages)
            return SendOutcome.TooMany;

        unit.Db.Execute(
            "INSERT INTO messages (process, sent, sealed) VALUES ($process, $sent, $sealed)",
            ("$process", process), ("$sent", unit.Now.UtcTicks), ("$sealed", SealedMessage.Of(message, row.Sealed.KeyIn(files.Vault))));
        return SendOutcome.Sent;
    });

    public async ValueTask<IReadOnlyList<StoredMessage>> ReadAsync(ProcessId id, int fence, long after)
    {
        if (runs.Find(id, fence) is not { } run)
            return [];

        if (files.Database.Read(db => db.QueryFirst(HandledStatement, row => row.GetBoolean(0), ("$id", id.ToString()), ("$after", after))))
            await transactions.RunAsync(unit => unit.DeleteMessages(id, after));
        var @sealed = files.Database.Read(db => db.Query(
            ReadStatement, row => (Number: row.GetInt64(0), Message: row.GetFieldValue<byte[]>(1), SentAt: ProcessRow.TimeOf(row, 2)!.Value),
            ("$id", id.ToString()), ("$after", after), ("$count", StoredMessage.Batch)));
        return @sealed.ConvertAll(message => SealedMessage.Open(message.Number, message.Message, message.SentAt, run.Key));
    }
}
