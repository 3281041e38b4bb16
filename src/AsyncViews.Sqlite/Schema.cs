namespace AsyncViews.Sqlite;

/// <summary>The layout of the database. Any other version is refused: migrations begin with AsyncViews 1.0.</summary>
/// <remarks>
/// The columns of processes are those of <see cref="ProcessColumns"/>. Times are UTC ticks. Queued processes start in the order of rank (the priority, negated), due (the last possible time if
/// they were scheduled for none), turn and sequence. Columns named <c>sealed_…</c> are encrypted with the process's own key, which follows from
/// <c>key_salt</c>, id, owner and the store's. <c>owner</c>, <c>lane</c>, <c>submission_key</c>, <c>identity</c> and <c>metadata</c> are hidden under the
/// store's key. The table <c>ended</c> counts what has ended and is not gone; triggers keep it, so that nobody
/// has to count rows. So does the table <c>shares</c> with what people have sent, of all (the empty name), of each owner
/// and of each lane. Its rows are in the order in which senders first came, so that the rows of present senders are on few pages. The table <c>hours</c> counts what ended in each hour, with the longest wait in ticks. While a process waits for others, <c>pending</c> is the number of them, <c>due</c> is the last possible time, and <c>not_before</c> is its own. The table <c>edges</c> tells
/// which they are; one that is no longer open has been met. A group is a hidden name and a number; <c>group_started</c> tells that a former member has run. <c>replaced_by</c> names the process that was sent in its place. The table <c>metadata</c> has an entry for each hash in the column <c>metadata</c>, a JSON array of keyed hashes.
/// A commit writes every page that it touches as a whole, so a claim and an end must touch few indexes. An index of live processes
/// holds waiting and running ones alike (<c>ended IS NULL</c>). The indexes of lists leave out running processes, which have their own.
/// The table <c>messages</c> has what was sent to live processes; triggers delete it with the end.
/// </remarks>
internal static class Schema
{
    public const int Version = 21;

    /// <summary>The characters of a hidden owner or lane that tell it from any other: the keyed hash that it begins with. Indexes hold no more of it.</summary>
    public const int NameLength = 24;

    /// <summary>The name that SQLite gives the index of the unique ids.</summary>
    public const string Ids = "sqlite_autoindex_processes_1";

    public static readonly string Create =
        $"""
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

        CREATE TABLE processes (
            {ProcessColumns.Definitions}
        ) STRICT;

        CREATE INDEX scheduled ON processes (due) WHERE state = 0;
        CREATE INDEX deadlines ON processes (start_before) WHERE state < 2 AND fence = 0 AND start_before IS NOT NULL;
        CREATE INDEX queued ON processes (rank, due, turn, sequence, type, created, released, id, anonymous, fence, start_before, limited, body_length) WHERE state = 1;
        CREATE INDEX queued_of_users ON processes (rank, due, turn, sequence, type, fence, start_before) WHERE state = 1 AND anonymous = 0;
        CREATE INDEX queued_in_quota ON processes (quota, rank, due, turn, sequence, type, anonymous, fence, start_before) WHERE state = 1;
        CREATE INDEX running_in_quota ON processes (quota) WHERE state = 2 AND quota <> '';
        CREATE INDEX lanes ON processes ({NameOf("lane")}, rank, due, turn) WHERE ended IS NULL;
        CREATE INDEX identities ON processes (identity) WHERE state < 2 AND identity IS NOT NULL;
        CREATE INDEX running ON processes (heartbeat) WHERE state = 2;
        CREATE INDEX kept ON processes (created) WHERE gone = 0;
        CREATE INDEX kept_of_owner ON processes ({NameOf("owner")}, created) WHERE gone = 0;
        CREATE INDEX kept_in_state ON processes (state, created) WHERE gone = 0 AND state <> 2;
        CREATE INDEX kept_of_type ON processes (type, state, created) WHERE gone = 0 AND state <> 2;
        CREATE INDEX expiring ON processes (gone, expires) WHERE state >= 3;
        CREATE UNIQUE INDEX submission_keys ON processes (submission_key) WHERE submission_key IS NOT NULL;
        CREATE INDEX failures ON processes (last_failed) WHERE last_failed IS NOT NULL;
        CREATE INDEX files ON processes (id) WHERE body_file IS NOT NULL OR result_file IS NOT NULL;

        CREATE INDEX waiting ON processes (id) WHERE state = 0 AND pending > 0;
        CREATE INDEX members ON processes (group_name, group_number) WHERE group_name IS NOT NULL;

        CREATE TABLE edges (successor TEXT NOT NULL, predecessor TEXT NOT NULL, number INTEGER NOT NULL, condition INTEGER NOT NULL, of_group INTEGER NOT NULL, open INTEGER NOT NULL DEFAULT 1,
            PRIMARY KEY (successor, predecessor)) STRICT, WITHOUT ROWID;
        CREATE INDEX edges_of ON edges (predecessor, open);

        CREATE TRIGGER edges_forgotten AFTER UPDATE OF gone ON processes WHEN NEW.gone = 1 AND OLD.gone = 0 BEGIN
            DELETE FROM edges WHERE successor = NEW.id;
        END;
        CREATE TRIGGER edges_removed AFTER DELETE ON processes WHEN OLD.gone = 0 BEGIN
            DELETE FROM edges WHERE successor = OLD.id;
        END;

        CREATE TABLE ended (type TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (type, state)) STRICT, WITHOUT ROWID;

        CREATE TABLE hours (hour INTEGER NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, wait INTEGER NOT NULL, PRIMARY KEY (hour, state)) STRICT, WITHOUT ROWID;

        CREATE TRIGGER count_added AFTER INSERT ON processes WHEN NEW.state >= 3 AND NEW.gone = 0 BEGIN
            INSERT INTO ended VALUES (NEW.type, NEW.state, 1) ON CONFLICT (type, state) DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER count_ended AFTER UPDATE OF state ON processes WHEN NEW.state >= 3 AND OLD.state < 3 BEGIN
            INSERT INTO ended VALUES (NEW.type, NEW.state, 1) ON CONFLICT (type, state) DO UPDATE SET count = count + 1;
            INSERT INTO hours SELECT NEW.ended / {TimeSpan.TicksPerHour}, NEW.state, 1,
                MAX(0, COALESCE(NEW.started, NEW.ended) - MAX(NEW.created, COALESCE(NEW.released, 0), CASE WHEN NEW.due = {ProcessRow.DueOf(null)} THEN 0 ELSE NEW.due END))
            WHERE NEW.ended IS NOT NULL
            ON CONFLICT (hour, state) DO UPDATE SET count = count + 1, wait = MAX(wait, excluded.wait);
        END;
        CREATE TRIGGER count_gone AFTER UPDATE OF gone ON processes WHEN NEW.gone = 1 AND OLD.gone = 0 BEGIN
            UPDATE ended SET count = count - 1 WHERE type = OLD.type AND state = OLD.state;
        END;
        CREATE TRIGGER count_removed AFTER DELETE ON processes WHEN OLD.state >= 3 AND OLD.gone = 0 BEGIN
            UPDATE ended SET count = count - 1 WHERE type = OLD.type AND state = OLD.state;
        END;

        CREATE TABLE metadata (hidden TEXT NOT NULL, accepted INTEGER NOT NULL, process INTEGER NOT NULL, PRIMARY KEY (hidden, accepted, process)) STRICT, WITHOUT ROWID;

        CREATE TRIGGER metadata_added AFTER INSERT ON processes WHEN NEW.metadata IS NOT NULL BEGIN
            INSERT INTO metadata SELECT value, NEW.created, NEW.sequence FROM json_each(NEW.metadata);
        END;
        CREATE TRIGGER metadata_forgotten AFTER UPDATE OF metadata ON processes WHEN NEW.metadata IS NULL AND OLD.metadata IS NOT NULL BEGIN
            DELETE FROM metadata WHERE (hidden, accepted, process) IN (SELECT value, OLD.created, OLD.sequence FROM json_each(OLD.metadata));
        END;
        CREATE TRIGGER metadata_removed AFTER DELETE ON processes WHEN OLD.metadata IS NOT NULL BEGIN
            DELETE FROM metadata WHERE (hidden, accepted, process) IN (SELECT value, OLD.created, OLD.sequence FROM json_each(OLD.metadata));
        END;

        CREATE TABLE messages (number INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL, sent INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
        CREATE INDEX messages_of ON messages (process, number);

        CREATE TRIGGER messages_ended AFTER UPDATE OF state ON processes WHEN NEW.state >= 3 AND OLD.state < 3 BEGIN
            DELETE FROM messages WHERE process = NEW.sequence;
        END;
        CREATE TRIGGER messages_removed AFTER DELETE ON processes BEGIN
            DELETE FROM messages WHERE process = OLD.sequence;
        END;

        CREATE TABLE shares (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, count INTEGER NOT NULL, live INTEGER NOT NULL) STRICT;

        CREATE TRIGGER share_added AFTER INSERT ON processes WHEN NEW.limited = 1 BEGIN
            INSERT INTO shares (name, bytes, count, live) SELECT name, NEW.bytes, 1, NEW.state < 3 FROM (SELECT '' AS name UNION SELECT {NameOf("NEW.owner")} UNION SELECT {NameOf("NEW.lane")}) WHERE 1
            ON CONFLICT (name) DO UPDATE SET bytes = bytes + excluded.bytes, count = count + 1, live = live + excluded.live;
        END;
        CREATE TRIGGER share_changed AFTER UPDATE OF bytes, state ON processes WHEN NEW.limited = 1 AND (NEW.bytes <> OLD.bytes OR (NEW.state < 3) <> (OLD.state < 3)) BEGIN
            UPDATE shares SET bytes = bytes + NEW.bytes - OLD.bytes, live = live + (NEW.state < 3) - (OLD.state < 3) WHERE name IN ('', {NameOf("NEW.owner")}, {NameOf("NEW.lane")});
        END;
        CREATE TRIGGER share_removed AFTER DELETE ON processes WHEN OLD.limited = 1 BEGIN
            UPDATE shares SET bytes = bytes - OLD.bytes, count = count - 1, live = live - (OLD.state < 3) WHERE name IN ('', {NameOf("OLD.owner")}, {NameOf("OLD.lane")});
            DELETE FROM shares WHERE name IN ({NameOf("OLD.owner")}, {NameOf("OLD.lane")}) AND count = 0;
        END;
        """;

    /// <summary>The part of a hidden owner or lane that is in indexes, as an expression of SQL.</summary>
    public static string NameOf(string hidden) => $"substr({hidden}, 1, {NameLength})";
}
