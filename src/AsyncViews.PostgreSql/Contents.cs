using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>Content that is larger than a row should be: one chunk for each encrypted frame of 64 KiB.</summary>
internal sealed class Contents(Database database, string node)
{
    /// <summary>The time for which content can be read on that its record no longer names.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromHours(1);

    /// <summary>The time after which nobody writes content any more.</summary>
    private static readonly TimeSpan LongestWriting = TimeSpan.FromDays(1);

    private const int Batch = 100;

    /// <summary>The number of chunks that one statement deletes: content may have many thousands, and a statement has to end before its timeout.</summary>
    private const int Slice = 1000;

    public ContentSink CreateSink() => new ChunkSink(database, node);

    public EncryptedContent Open(string name, byte[] key, long length) =>
        Guid.TryParseExact(name, "N", out var id) ? new Chunks(database, id, key, length) : throw new DamagedContentException("The record does not name content of this store.");

    /// <summary>Notes that a record names the content from now on.</summary>
    /// <exception cref="DamagedContentException">It is not all there: this node was taken for dead while it wrote.</exception>
    public static async Task NameAsync(Statements db, Content content)
    {
        if (content is not Chunks chunks)
            return;

        var named = await db.ExecuteAsync(
            "UPDATE asyncviews_contents SET named = true WHERE id = $1 AND (SELECT SUM(length(bytes)) FROM asyncviews_chunks WHERE content = $1) = $2",
            Uuid(chunks.Id), Long(chunks.StoredLength));
        if (named == 0)
            throw new DamagedContentException("Content was lost before a record named it.");
    }

    /// <summary>Gives content up whose record no longer names it. Its key is gone with the record; whoever is reading it can read on.</summary>
    public static Task<int> RemoveAsync(Statements db, Guid? id) =>
        id is null ? Task.FromResult(0) : db.ExecuteAsync("UPDATE asyncviews_contents SET removed = now() WHERE id = $1", Uuid(id));

    /// <summary>Gives up all content of a process.</summary>
    public static Task<int> RemoveOfAsync(Statements db, ProcessId id) => db.ExecuteAsync(
        "UPDATE asyncviews_contents SET removed = now() WHERE id IN (SELECT unnest(ARRAY[body_content, result_content]) FROM asyncviews_processes WHERE id = $1)", Text(id.ToString()));

    /// <summary>The longest times of a reading and of a writing.</summary>
    public static NpgsqlParameter[] Times => [Span(LongestReading), Span(LongestWriting)];

    /// <summary>Content that was given up so long ago that nobody reads it any more.</summary>
    public static string Unread(string longestReading) => $"removed <= now() - {longestReading}";

    /// <summary>Content that no record came to name: dead nodes were writing it, a transaction was rolled back, or its deletion failed.</summary>
    public static string Orphaned(string longestWriting) => $"NOT named AND (node NOT IN (SELECT name FROM asyncviews_nodes) OR created <= now() - {longestWriting})";

    /// <summary>Deletes some of what is <see cref="Unread"/> or <see cref="Orphaned"/>. Returns whether there may be more.</summary>
    public static async Task<bool> DeleteAsync(Statements db) =>
        await DeleteAsync(db, Unread("$1"), LongestReading) | await DeleteAsync(db, Orphaned("$1"), LongestWriting);

    private static async Task<bool> DeleteAsync(Statements db, string which, TimeSpan longest)
    {
        var ids = await db.QueryAsync($"SELECT id FROM asyncviews_contents WHERE {which} LIMIT $2 FOR UPDATE SKIP LOCKED", row => (Guid?)row.GetGuid(0), Span(longest), Int(Batch));
        return ids.Count > 0 && (!await DeleteAsync(db, ids) || ids.Count == Batch);
    }

    /// <summary>Deletes a slice of the chunks, and what they belong to with the last slice. Returns whether it was the last.</summary>
    private static async Task<bool> DeleteAsync(Statements db, IReadOnlyList<Guid?> ids)
    {
        var deleted = await db.ExecuteAsync(
            "DELETE FROM asyncviews_chunks WHERE (content, number) IN (SELECT content, number FROM asyncviews_chunks WHERE content = ANY($1) LIMIT $2)", Uuids(ids), Int(Slice));
        if (deleted == Slice)
            return false;

        await db.ExecuteAsync("DELETE FROM asyncviews_contents WHERE id = ANY($1)", Uuids(ids));
        return true;
    }

    private sealed class ChunkSink(Database database, string node) : EncryptedContentSink
    {
        private readonly Guid _id = Guid.NewGuid();
        private long _chunks;
        private bool _begun;
        private bool _completed;

        protected override async ValueTask DisposeAsyncCore()
        {
            await base.DisposeAsyncCore();
            if (_completed || !_begun)
                return;

            try
            {
                await new Chunks(database, _id, Key, Length).DeleteAsync();
            }
            catch (StoreUnavailableException)
            {
                // They are deleted as what no record came to name.
            }
        }

        /// <summary>A frame whose answer was lost is written once more, in its place.</summary>
        protected override async ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        {
            if (_chunks == 0)
            {
                _begun = true;
                await database.RunApartAsync(db => db.ExecuteAsync("INSERT INTO asyncviews_contents (id, node) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", Uuid(_id), Text(node)), cancellationToken);
            }

            // Each is on the disk before the next: a result that cannot be made again must not lose its beginning in a crash of the database.
            await database.RunApartAsync(db => db.ExecuteAsync(
                "INSERT INTO asyncviews_chunks VALUES ($1, $2, $3) ON CONFLICT (content, number) DO UPDATE SET bytes = EXCLUDED.bytes",
                Uuid(_id), Long(_chunks), Bytes(frame.ToArray())), cancellationToken);
            _chunks++;
        }

        protected override ValueTask<EncryptedContent> FinishAsync(long length, CancellationToken cancellationToken)
        {
            _completed = true;
            return new(new Chunks(database, _id, Key, length));
        }
    }

    private sealed class Chunks(Database database, Guid id, byte[] key, long length) : EncryptedContent(id.ToString("N"), key, length)
    {
        private const string ChunkStatement = "SELECT bytes FROM asyncviews_chunks WHERE content = $1 AND number = $2";

        public Guid Id => id;

        public override async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default)
        {
            var stored = await database.RunApartAsync(db => db.QueryFirstAsync("SELECT COUNT(*), COALESCE(SUM(length(bytes)), 0)::bigint FROM asyncviews_chunks WHERE content = $1", row => row.GetInt64(1), Uuid(id)), cancellationToken);
            return stored == StoredLength ? new Reader(this) : throw new DamagedContentException("Stored content is missing or truncated.");
        }

        public override async ValueTask DeleteAsync()
        {
            while (!await database.RunApartAsync(db => Contents.DeleteAsync(db, [id])))
            {
            }
        }

        private async ValueTask<int> ReadAsync(long number, Memory<byte> frame, CancellationToken cancellationToken)
        {
            var bytes = await database.RunApartAsync(db => db.QueryFirstAsync(ChunkStatement, row => row.GetFieldValue<byte[]>(0), Uuid(id), Long(number)), cancellationToken);
            return Copy(bytes, frame.Span);
        }

        private int Read(long number, Span<byte> frame)
        {
            try
            {
                using var connection = database.Source.OpenApart();
                using var command = new NpgsqlCommand(ChunkStatement, connection) { Parameters = { Uuid(id), Long(number) } };
                return Copy((byte[]?)command.ExecuteScalar(), frame);
            }
            catch (NpgsqlException exception)
            {
                throw Database.Unavailable(exception);
            }
        }

        private static int Copy(byte[]? bytes, Span<byte> frame)
        {
            if (bytes is null || bytes.Length > frame.Length)
                throw new DamagedContentException("A part of stored content is missing.");

            bytes.CopyTo(frame);
            return bytes.Length;
        }

        private sealed class Reader(Chunks chunks) : EncryptedContentStream(chunks)
        {
            protected override ValueTask<int> ReadFrameAsync(long number, Memory<byte> frame, CancellationToken cancellationToken) => chunks.ReadAsync(number, frame, cancellationToken);

            protected override int ReadFrame(long number, Span<byte> frame) => chunks.Read(number, frame);
        }
    }
}
