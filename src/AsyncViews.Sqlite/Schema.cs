namespace AsyncViews.Sqlite;

/// <summary>The layout of the database. Any other version is refused: migrations begin with AsyncViews 1.0.</summary>
/// <remarks>
/// Times are UTC ticks. Queued processes start in the order of rank (the priority, negated), due (the last possible time if
/// they were scheduled for none), turn and sequence. Columns named <c>sealed_…</c> are encrypted with the process's own key, which follows from
/// <c>key_salt</c>, id, owner and the store's. <c>owner</c>, <c>lane</c>, <c>submission_key</c> and <c>identity</c> are hidden under the
/// store's key. The table <c>ended</c> counts what has ended and is not gone; triggers keep it, so that nobody
/// has to count rows. So does the table <c>shares</c> with the bytes of what people have sent: of all (the empty name), of each owner
/// and of each lane.
/// </remarks>
internal static class Schema
{
    public const int Version = 12;

    /// <summary>The name that SQLite gives the index of the unique ids.</summary>
    public const string Ids = "sqlite_autoindex_processes_1";

    public const string Create =
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

        CREATE TABLE processes (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            owner TEXT NOT NULL,
            submission_key TEXT UNIQUE,
            idempotency_key INTEGER NOT NULL,
            limited INTEGER NOT NULL,
            lane TEXT NOT NULL,
            anonymous INTEGER NOT NULL,
            identity BLOB,
            state INTEGER NOT NULL,
            rank INTEGER NOT NULL,
            due INTEGER NOT NULL,
            turn INTEGER NOT NULL,
            start_before INTEGER,
            fence INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            last_failed INTEGER,
            max_starts INTEGER NOT NULL,
            max_attempts INTEGER NOT NULL,
            node TEXT,
            version INTEGER NOT NULL DEFAULT 1,
            created INTEGER NOT NULL,
            started INTEGER,
            heartbeat INTEGER,
            ended INTEGER,
            expires INTEGER,
            cancel_requested INTEGER NOT NULL DEFAULT 0,
            removed_at_end INTEGER NOT NULL DEFAULT 0,
            gone INTEGER NOT NULL DEFAULT 0,
            discarded INTEGER NOT NULL DEFAULT 0,
            served INTEGER NOT NULL DEFAULT 0,
            key_salt BLOB,
            sealed_status BLOB,
            sealed_failures BLOB,
            sealed_origin BLOB,
            sealed_submission BLOB,
            sealed_run_secrets BLOB,
            bytes INTEGER NOT NULL DEFAULT 0,
            body_length INTEGER NOT NULL,
            body_file TEXT,
            sealed_body BLOB,
            sealed_response BLOB,
            result_length INTEGER,
            result_file TEXT,
            sealed_result BLOB
        ) STRICT;

        CREATE INDEX scheduled ON processes (due) WHERE state = 0;
        CREATE INDEX deadlines ON processes (start_before) WHERE state < 2 AND fence = 0 AND start_before IS NOT NULL;
        CREATE INDEX queued ON processes (rank, due, turn, sequence, type, created, id, anonymous, fence, start_before) WHERE state = 1;
        CREATE INDEX queued_of_users ON processes (rank, due, turn, sequence, type, fence, start_before) WHERE state = 1 AND anonymous = 0;
        CREATE INDEX lanes ON processes (lane, rank, due, turn, limited) WHERE state < 3;
        CREATE INDEX identities ON processes (identity) WHERE state < 2 AND identity IS NOT NULL;
        CREATE INDEX running ON processes (heartbeat) WHERE state = 2;
        CREATE INDEX live_submissions ON processes (owner, state, body_length) WHERE state < 3 AND limited = 1;
        CREATE INDEX kept ON processes (created) WHERE gone = 0;
        CREATE INDEX kept_of_owner ON processes (owner, created) WHERE gone = 0;
        CREATE INDEX kept_in_state ON processes (state, created) WHERE gone = 0;
        CREATE INDEX kept_of_type ON processes (type, state, created) WHERE gone = 0;
        CREATE INDEX expiring ON processes (expires) WHERE state >= 3;
        CREATE INDEX spent_keys ON processes (ended) WHERE submission_key IS NOT NULL AND state >= 3 AND (idempotency_key = 1 OR state <> 6);
        CREATE INDEX failures ON processes (last_failed) WHERE last_failed IS NOT NULL;
        CREATE INDEX files ON processes (id) WHERE body_file IS NOT NULL OR result_file IS NOT NULL;

        CREATE TABLE ended (type TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (type, state)) STRICT, WITHOUT ROWID;

        CREATE TRIGGER count_added AFTER INSERT ON processes WHEN NEW.state >= 3 AND NEW.gone = 0 BEGIN
            INSERT INTO ended VALUES (NEW.type, NEW.state, 1) ON CONFLICT (type, state) DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER count_ended AFTER UPDATE OF state ON processes WHEN NEW.state >= 3 AND OLD.state < 3 BEGIN
            INSERT INTO ended VALUES (NEW.type, NEW.state, 1) ON CONFLICT (type, state) DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER count_gone AFTER UPDATE OF gone ON processes WHEN NEW.gone = 1 AND OLD.gone = 0 BEGIN
            UPDATE ended SET count = count - 1 WHERE type = OLD.type AND state = OLD.state;
        END;
        CREATE TRIGGER count_removed AFTER DELETE ON processes WHEN OLD.state >= 3 AND OLD.gone = 0 BEGIN
            UPDATE ended SET count = count - 1 WHERE type = OLD.type AND state = OLD.state;
        END;

        CREATE TABLE shares (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TRIGGER share_added AFTER INSERT ON processes WHEN NEW.limited = 1 BEGIN
            INSERT INTO shares SELECT name, NEW.bytes, 1 FROM (SELECT '' AS name UNION SELECT NEW.owner UNION SELECT NEW.lane) WHERE 1
            ON CONFLICT (name) DO UPDATE SET bytes = bytes + excluded.bytes, count = count + 1;
        END;
        CREATE TRIGGER share_changed AFTER UPDATE OF bytes ON processes WHEN NEW.limited = 1 AND NEW.bytes <> OLD.bytes BEGIN
            UPDATE shares SET bytes = bytes + NEW.bytes - OLD.bytes WHERE name IN ('', NEW.owner, NEW.lane);
        END;
        CREATE TRIGGER share_removed AFTER DELETE ON processes WHEN OLD.limited = 1 BEGIN
            UPDATE shares SET bytes = bytes - OLD.bytes, count = count - 1 WHERE name IN ('', OLD.owner, OLD.lane);
            DELETE FROM shares WHERE name IN (OLD.owner, OLD.lane) AND count = 0;
        END;
        """;
}
