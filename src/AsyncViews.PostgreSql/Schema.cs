namespace AsyncViews.PostgreSql;

/// <summary>The layout of the database, and the steps that lead to it from earlier ones.</summary>
/// <remarks>
/// During the rollout of a release, nodes of the release before work on the new layout. So a step only adds: tables, indexes, and
/// columns that have defaults. It takes away only what no release has used since <see cref="OldestRelease"/>, which then grows.
/// The tables are in the first schema of the connection's search path. Queued processes start in the order of rank (the
/// priority, negated), due (infinity if they were scheduled for no time), turn and sequence. Columns named <c>sealed_…</c> are
/// encrypted with the process's own key, which follows from <c>key_salt</c>, id, owner and the store's. <c>owner</c>, <c>lane</c>,
/// <c>submission_key</c>, <c>identity</c> and <c>metadata</c> are hidden under the store's key. The table <c>asyncviews_ended</c>
/// counts what has ended and is not gone: every change adds a row, so that no end waits for another, and the sweep adds them up.
/// So does <c>asyncviews_hours</c> with what ended in each hour, and <c>asyncviews_shares</c> with the bytes of what people have sent: of all (the empty name), of each owner and of each lane.
/// While a process waits for others, <c>pending</c> is the number of them, <c>due</c> is infinity, and <c>not_before</c> is its own
/// time; <c>followed</c> tells the end of a process that others may wait for it. A group is a hidden name and a number; <c>group_started</c> tells that a former member has run. <c>replaced_by</c> names the process that was sent in its place.
/// </remarks>
internal static class Schema
{
    public const int Version = 16;

    /// <summary>The version whose releases are the oldest that can work with these tables.</summary>
    public const int OldestRelease = 6;

    /// <summary>The steps to the later versions, the first of them from this one.</summary>
    public const int FirstVersion = 5;

    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        ALTER TABLE asyncviews_nodes
            ADD drain_requested boolean NOT NULL DEFAULT false,
            ADD draining boolean NOT NULL DEFAULT false;
        """,
        $"""
        ALTER TABLE asyncviews_processes ADD metadata text[] COLLATE "C";

        {Metadata}
        """,
        $"""
        ALTER TABLE asyncviews_processes ADD quota text COLLATE "C" NOT NULL DEFAULT '';

        {Quotas}
        """,
        Messages.Schema,
        $"""
        ALTER TABLE asyncviews_processes ADD starts text COLLATE "C";
        ALTER TABLE asyncviews_nodes ADD version text;

        {HourTable.Schema}
        """,
        $"""
        ALTER TABLE asyncviews_processes ADD pending integer NOT NULL DEFAULT 0, ADD not_before timestamptz, ADD released timestamptz, ADD followed boolean NOT NULL DEFAULT false,
            ADD group_name text COLLATE "C", ADD group_number bigint;

        {SuccessionTable.Schema}
        """,
        "ALTER TABLE asyncviews_processes ADD group_started boolean NOT NULL DEFAULT false;",
        // Its text was changed in the step to version 10 when that was in use already.
        HourTable.CountEnded,
        // Earlier releases find with the new index what expires. For their averages, they sort all that has ended until they are replaced.
        $"""
        DROP INDEX asyncviews_expiring;
        {Expiring}
        """,
        $"""
        ALTER TABLE asyncviews_processes ADD replaced_by text COLLATE "C";

        {ShareTable.CountShare}
        """,
        $"""
        DROP TRIGGER asyncviews_share_added ON asyncviews_processes;
        {ShareTable.CountAdded}
        """,
    ];

    /// <summary>The index that finds what expires without reading the tombstones, which are many more.</summary>
    private const string Expiring = "CREATE INDEX asyncviews_expiring ON asyncviews_processes (gone, expires) WHERE state >= 3;";

    /// <summary>The indexes that find the waiting processes of a quota, and count the running ones.</summary>
    private const string Quotas =
        """
        CREATE INDEX asyncviews_queued_in_quota ON asyncviews_processes (quota, rank, due, turn, sequence) WHERE state = 1;
        CREATE INDEX asyncviews_running_in_quota ON asyncviews_processes (quota) WHERE state = 2 AND quota <> '';
        """;

    /// <summary>The table by which processes are found by an entry of their metadata. Triggers keep it equal to the column of the same name.</summary>
    private const string Metadata =
        """
        CREATE TABLE asyncviews_metadata (hidden text COLLATE "C" NOT NULL, accepted timestamptz NOT NULL, process bigint NOT NULL, PRIMARY KEY (hidden, accepted, process));

        CREATE FUNCTION asyncviews_note_metadata() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT INTO asyncviews_metadata SELECT hidden, NEW.created, NEW.sequence FROM unnest(NEW.metadata) AS hidden;
            ELSE
                DELETE FROM asyncviews_metadata WHERE hidden = ANY(OLD.metadata) AND accepted = OLD.created AND process = OLD.sequence;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER asyncviews_metadata_added AFTER INSERT ON asyncviews_processes
            FOR EACH ROW WHEN (NEW.metadata IS NOT NULL) EXECUTE FUNCTION asyncviews_note_metadata();
        CREATE TRIGGER asyncviews_metadata_forgotten AFTER UPDATE OF metadata ON asyncviews_processes
            FOR EACH ROW WHEN (OLD.metadata IS NOT NULL AND NEW.metadata IS NULL) EXECUTE FUNCTION asyncviews_note_metadata();
        CREATE TRIGGER asyncviews_metadata_removed AFTER DELETE ON asyncviews_processes
            FOR EACH ROW WHEN (OLD.metadata IS NOT NULL) EXECUTE FUNCTION asyncviews_note_metadata();
        """;

    public const string Create =
        $$"""
        CREATE TABLE asyncviews_meta (name text PRIMARY KEY, value bytea NOT NULL);

        CREATE TABLE asyncviews_keys (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ring text NOT NULL, name text NOT NULL, xml text NOT NULL);

        CREATE TABLE asyncviews_nodes (
            name text PRIMARY KEY,
            host text NOT NULL,
            pid integer NOT NULL,
            lock integer NOT NULL,
            beat timestamptz NOT NULL,
            types text[] NOT NULL DEFAULT '{}',
            drain_requested boolean NOT NULL DEFAULT false,
            draining boolean NOT NULL DEFAULT false,
            version text
        );

        CREATE TABLE asyncviews_contents (id uuid PRIMARY KEY, node text NOT NULL, named boolean NOT NULL DEFAULT false, created timestamptz NOT NULL DEFAULT now(), removed timestamptz);
        CREATE INDEX asyncviews_contents_unnamed ON asyncviews_contents (node) WHERE NOT named;
        CREATE INDEX asyncviews_contents_removed ON asyncviews_contents (removed) WHERE removed IS NOT NULL;

        CREATE TABLE asyncviews_chunks (
            content uuid NOT NULL REFERENCES asyncviews_contents ON DELETE CASCADE,
            number bigint NOT NULL,
            bytes bytea NOT NULL,
            PRIMARY KEY (content, number)
        );
        ALTER TABLE asyncviews_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

        CREATE TABLE asyncviews_processes (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text COLLATE "C" NOT NULL UNIQUE,
            type text COLLATE "C" NOT NULL,
            owner text COLLATE "C" NOT NULL,
            submission_key text COLLATE "C" UNIQUE,
            idempotency_key boolean NOT NULL,
            limited boolean NOT NULL,
            lane text COLLATE "C" NOT NULL,
            anonymous boolean NOT NULL,
            identity bytea,
            metadata text[] COLLATE "C",
            pending integer NOT NULL DEFAULT 0,
            not_before timestamptz,
            released timestamptz,
            followed boolean NOT NULL DEFAULT false,
            group_name text COLLATE "C",
            group_number bigint,
            group_started boolean NOT NULL DEFAULT false,
            replaced_by text COLLATE "C",
            state smallint NOT NULL,
            quota text COLLATE "C" NOT NULL DEFAULT '',
            rank integer NOT NULL,
            due timestamptz NOT NULL,
            turn bigint NOT NULL,
            start_before timestamptz,
            fence integer NOT NULL DEFAULT 0,
            failed integer NOT NULL DEFAULT 0,
            last_failed timestamptz,
            max_starts integer NOT NULL,
            max_attempts integer NOT NULL,
            node text,
            version bigint NOT NULL DEFAULT 1,
            created timestamptz NOT NULL,
            started timestamptz,
            starts text COLLATE "C",
            heartbeat timestamptz,
            ended timestamptz,
            expires timestamptz,
            cancel_requested boolean NOT NULL DEFAULT false,
            removed_at_end boolean NOT NULL DEFAULT false,
            gone boolean NOT NULL DEFAULT false,
            discarded boolean NOT NULL DEFAULT false,
            served boolean NOT NULL DEFAULT false,
            key_salt bytea,
            sealed_status bytea,
            sealed_failures bytea,
            sealed_origin bytea,
            sealed_submission bytea,
            sealed_run_secrets bytea,
            bytes bigint NOT NULL DEFAULT 0,
            body_length bigint NOT NULL,
            body_content uuid,
            sealed_body bytea,
            sealed_response bytea,
            result_length bigint,
            result_content uuid,
            sealed_result bytea
        );

        CREATE INDEX asyncviews_scheduled ON asyncviews_processes (due) WHERE state = 0;
        CREATE INDEX asyncviews_deadlines ON asyncviews_processes (start_before) WHERE state < 2 AND fence = 0 AND start_before IS NOT NULL;
        CREATE INDEX asyncviews_queued ON asyncviews_processes (rank, due, turn, sequence) WHERE state = 1;
        CREATE INDEX asyncviews_queued_users ON asyncviews_processes (rank, due, turn, sequence) WHERE state = 1 AND NOT anonymous;
        CREATE INDEX asyncviews_lanes ON asyncviews_processes (lane, rank, due, turn) WHERE state < 3;
        CREATE INDEX asyncviews_identities ON asyncviews_processes (identity) WHERE state < 2 AND identity IS NOT NULL;
        CREATE INDEX asyncviews_running ON asyncviews_processes (heartbeat) WHERE state = 2;
        CREATE INDEX asyncviews_live_submissions ON asyncviews_processes (owner, state, body_length) WHERE state < 3 AND limited;
        CREATE INDEX asyncviews_kept ON asyncviews_processes (created, sequence) WHERE NOT gone;
        CREATE INDEX asyncviews_kept_of_owner ON asyncviews_processes (owner, created, sequence) WHERE NOT gone;
        CREATE INDEX asyncviews_kept_in_state ON asyncviews_processes (state, created, sequence) WHERE NOT gone;
        CREATE INDEX asyncviews_kept_of_type ON asyncviews_processes (type, state, created, sequence) WHERE NOT gone;
        {{Expiring}}
        CREATE INDEX asyncviews_spent_keys ON asyncviews_processes (ended) WHERE submission_key IS NOT NULL AND state >= 3 AND (idempotency_key OR state <> 6);
        CREATE INDEX asyncviews_failures ON asyncviews_processes (last_failed) WHERE last_failed IS NOT NULL;

        CREATE TABLE asyncviews_ended (type text COLLATE "C" NOT NULL, state smallint NOT NULL, count bigint NOT NULL);

        {{HourTable.Schema}}

        CREATE TRIGGER asyncviews_count_ended AFTER UPDATE OF state ON asyncviews_processes
            FOR EACH ROW WHEN (OLD.state < 3 AND NEW.state >= 3) EXECUTE FUNCTION asyncviews_count_ended();
        CREATE TRIGGER asyncviews_count_gone AFTER UPDATE OF gone ON asyncviews_processes
            FOR EACH ROW WHEN (NOT OLD.gone AND NEW.gone) EXECUTE FUNCTION asyncviews_count_ended();
        CREATE TRIGGER asyncviews_count_removed AFTER DELETE ON asyncviews_processes
            FOR EACH ROW WHEN (OLD.state >= 3 AND NOT OLD.gone) EXECUTE FUNCTION asyncviews_count_ended();

        CREATE TABLE asyncviews_shares (name text COLLATE "C" NOT NULL, bytes bigint NOT NULL);
        CREATE INDEX asyncviews_shares_of ON asyncviews_shares (name) INCLUDE (bytes);

        {{ShareTable.CountShare}}

        {{ShareTable.CountAdded}}

        CREATE TRIGGER asyncviews_share_changed AFTER UPDATE OF bytes ON asyncviews_processes
            FOR EACH ROW WHEN (NEW.limited AND NEW.bytes <> OLD.bytes) EXECUTE FUNCTION asyncviews_count_share();
        CREATE TRIGGER asyncviews_share_removed AFTER DELETE ON asyncviews_processes
            FOR EACH ROW WHEN (OLD.limited) EXECUTE FUNCTION asyncviews_count_share();

        {{Metadata}}

        {{Quotas}}

        {{Messages.Schema}}

        {{SuccessionTable.Schema}}
        """;
}
