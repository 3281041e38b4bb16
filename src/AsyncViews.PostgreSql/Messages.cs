using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Messages to live processes. A trigger deletes them with the end.</summary>
internal sealed class Messages(Database database, Transactions transactions, CurrentRuns runs, Vault vault, AsyncViewsOptions options)
{
    /// <summary>The messages to live processes. A trigger deletes them with the end, whichever release ends it.</summary>
    public const string Schema =
        """
        CREATE TABLE asyncviews_messages (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            process bigint NOT NULL REFERENCES asyncviews_processes ON DELETE CASCADE,
            sent timestamptz NOT NULL,
            sealed bytea NOT NULL
        );
        CREATE INDEX asyncviews_messages_of ON asyncviews_messages (process, number);

        CREATE FUNCTION asyncviews_delete_messages() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM asyncviews_messages WHERE process = NEW.sequence;
            RETURN NULL;
        END $$;
        CREATE TRIGGER asyncviews_messages_ended AFTER UPDATE OF state ON asyncviews_processes
            FOR EACH ROW WHEN (OLD.state < 3 AND NEW.state >= 3) EXECUTE FUNCTION asyncviews_delete_messages();
        """;

    /// <summary>The row is locked, so that the message and the end of the process wait for each other. An end that comes later deletes the message.</summary>
    private static readonly string Insert =
        $"""
        INSERT INTO asyncviews_messages (process, sent, sealed)
        SELECT sequence, $2, $3 FROM (SELECT sequence FROM asyncviews_processes WHERE id = $1 AND state < {ProcessTable.FirstEnd} FOR SHARE) AS live
        WHERE (SELECT COUNT(*) FROM asyncviews_messages WHERE process = sequence) < $4
        RETURNING true
        """;

    private static readonly string OfRun = $"(SELECT sequence FROM asyncviews_processes WHERE id = $1 AND state = {ProcessTable.Running} AND fence = $2)";

    private static readonly string Delete = $"DELETE FROM asyncviews_messages WHERE process = {OfRun} AND number <= $3 RETURNING true";

    private static readonly string Read = $"SELECT number, sealed, sent FROM asyncviews_messages WHERE process = {OfRun} AND number > $3 ORDER BY number LIMIT $4";

    public async ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message)
    {
        // A process that ends meanwhile is seen as ended by the second reading.
        for (var tries = 0; tries < 2; tries++)
        {
            if (await database.RunAsync(db => ProcessTable.FindAsync(db, id)) is not { } row)
                return SendOutcome.NotFound;

            if (row.Record.State.IsEnded())
                return SendOutcome.AlreadyEnded;

            if (await SendAsync(row.Record.Id, SealedMessage.Of(message, row.Sealed.KeyIn(vault)), row.Record.State))
                return SendOutcome.Sent;
        }

        return SendOutcome.TooMany;
    }

    public async ValueTask<IReadOnlyList<StoredMessage>> ReadAsync(ProcessId id, int fence, long after)
    {
        if (runs.Find(id, fence) is not { } run)
            return [];

        NpgsqlParameter[] Of() => [Text(id.ToString()), Int(fence), Long(after)];
        Statement read = new(Read, [.. Of(), Int(StoredMessage.Batch)]);
        var @sealed = await database.RunAsync(db => db.QueryLastAsync(
            after > 0 ? [new(Delete, Of()), read] : [read],
            row => (Number: row.GetInt64(0), Message: row.GetFieldValue<byte[]>(1), SentAt: row.GetFieldValue<DateTimeOffset>(2))));
        return @sealed.ConvertAll(message => SealedMessage.Open(message.Number, message.Message, message.SentAt, run.Key));
    }

    private Task<bool> SendAsync(ProcessId id, byte[] message, ProcessState state) => transactions.RunAloneAsync(async unit =>
    {
        var name = id.ToString();
        var stored = await unit.Db.QueryEachAsync(
            [new(Locks.Take, Int(Locks.Messages), Text(name)), new(Insert, Text(name), Time(unit.Now), Bytes(message), Int(options.MaxUnreadMessages))], row => row.GetBoolean(0));
        if (stored[^1])
            unit.Announce(ProcessChangeKind.MessageSent, id);

        if (state == ProcessState.Queued)
            unit.HandOver(id);
        return stored[^1];
    });
}
