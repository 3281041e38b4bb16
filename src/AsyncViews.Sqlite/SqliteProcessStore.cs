using System.Collections.Concurrent;
using System.Data.Common;
using AsyncViews.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Sqlite;

/// <summary>The embedded durable store: one database file, its content files and its key ring in one folder.</summary>
internal sealed partial class SqliteProcessStore : IProcessStore, IDisposable
{
    private const string BodyPurpose = "request body";
    private const string SubmissionPurpose = "request";
    private const string RunSecretsPurpose = "run's own secrets";
    private const string ResultPurpose = "response body";
    private const string ResponsePurpose = "response";

    private readonly string _path;
    private readonly AsyncViewsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteProcessStore> _logger;
    private readonly Database _database;
    private readonly LoadCounter _load = new();
    private DatabaseOwnership? _ownership;
    private ContentFiles? _files;
    private Vault? _vault;

    private DateTimeOffset _openedAt;

    /// <summary>1 if something secret was deleted since the last sweep, and may still be in the log of writes.</summary>
    private int _leftovers;

    /// <summary>The current runs, so that a report or an end reads no row and derives no key.</summary>
    private readonly ConcurrentDictionary<ProcessId, ClaimedRun> _runs = new();

    /// <summary>The reason why nothing can be decrypted; null if everything can.</summary>
    private string? _lockedOut;

    public SqliteProcessStore(
        SqliteLocation location, IOptions<AsyncViewsOptions> options, TimeProvider time, ILogger<SqliteProcessStore> logger)
    {
        _path = location.Path;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _database = new Database(_path);
    }

    private ContentFiles Files => _files ?? throw new StoreUnavailableException("The store is not open.");

    private Vault Keys => _lockedOut is null
        ? _vault ?? throw new StoreUnavailableException("The store is not open.")
        : throw new StoreUnavailableException(_lockedOut);

    public byte[] DeriveKey(string purpose) => Keys.Derive(purpose);

    public ContentSpool CreateContent() => new(Files);

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        if (transaction is not null)
            throw new NotSupportedException("The SQLite store has its own database and cannot join a transaction of another one. Use a store that is kept in that database.");

        var salt = Vault.NewSalt();
        var key = Keys.KeyOf(salt);
        var secret = new SealedProcess(
            salt,
            Keys.Hide(process.Identity),
            ProcessRow.SealOrigin(key, process.Origin),
            Vault.Seal(key, SubmissionPurpose, process.Submission.Span),
            process.RunSecrets.IsEmpty ? null : Vault.Seal(key, RunSecretsPurpose, process.RunSecrets.Span),
            StoredContent.From(Synced(await process.Body.CompleteAsync(cancellationToken)), key, BodyPurpose));
        var result = await WriteWithAsync(process.Body, db =>
        {
            var holder = process.SubmissionKey is null ? null : ProcessTable.FindHolder(db, process.SubmissionKey);
            if (holder?.StandsForSubmission(_time.GetUtcNow()) == true)
                return new AddResult(AddOutcome.AlreadyThere, holder.Id);

            if (process.IsLimited && (_load.Current.Queued >= _options.MaxQueueLength || _load.Current.QueuedBytes + secret.Body.Length > _options.MaxQueueBytes))
                return new AddResult(AddOutcome.QueueFull);

            if (process.IsLimited && ProcessTable.CountLive(db, process.Owner) >= _options.MaxLiveProcessesPerOwner)
                return new AddResult(AddOutcome.OwnerLimit);

            if (holder is not null)
                ProcessTable.DropSubmissionKey(db, holder.Id);
            ProcessTable.Add(db, process, secret, _time.GetUtcNow());
            if (process.IsLimited)
                _load.Add(secret.Body.Length);
            return new AddResult(AddOutcome.Added, process.Id);
        });
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    public async ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        List<string> files = [];
        var outcome = await _database.WriteAsync(db =>
        {
            if (ProcessTable.Find(db, id) is not { } row)
                return CancelOutcome.NotFound;

            if (row.Record.State.IsEnded())
                return CancelOutcome.AlreadyEnded;

            if (row.Record.State != ProcessState.Running)
            {
                End(db, row, ProcessState.Canceled, files);
                return CancelOutcome.Canceled;
            }

            ProcessTable.MarkCancelRequested(db, id);
            return CancelOutcome.Requested;
        });
        Delete(files);
        return outcome;
    }

    public async ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default)
    {
        var hidden = Keys.Hide(identity)!;
        List<string> files = [];
        var descheduled = await _database.WriteAsync(db =>
        {
            var waiting = ProcessTable.FindIdentity(db, hidden);
            waiting.ForEach(id => End(db, ProcessTable.Find(db, id)!, ProcessState.Canceled, files));
            return waiting;
        });
        Delete(files);
        return descheduled;
    }

    public void Dispose()
    {
        _database.Dispose();
        _ownership?.Dispose();
    }

    /// <summary>Ends a live process as the row describes it. The files that are not needed any more are to be deleted after the commit.</summary>
    private bool End(Statements db, ProcessRow row, ProcessState to, List<string> files, byte[]? status = null)
    {
        var record = row.Record;
        if (!End(db, record.Id, record.State, record.Fence, row.BodyFile, new SealedEnd(to, Status: status), files))
            return false;

        if (record.IsLimited && record.State != ProcessState.Running)
            _load.Subtract(row.BodyLength);
        return true;
    }

    private bool End(Statements db, ProcessId id, ProcessState from, int fence, string? bodyFile, SealedEnd end, List<string> files)
    {
        var now = _time.GetUtcNow();
        if (!ProcessTable.End(db, id, from, fence, end, now, now + _options.ResultRetention))
            return false;

        if (bodyFile is not null && !end.State.KeepsSubmission())
            files.Add(bodyFile);
        return true;
    }

    /// <summary>
    /// Writes a record that names this content. A commit that failed and may be on the disk all the same must find its file
    /// there: the next start removes it where no record names it.
    /// </summary>
    private async Task<T> WriteWithAsync<T>(ContentSpool? content, Func<Statements, T> work)
    {
        try
        {
            return await _database.WriteAsync(work);
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            content?.Release();
            throw;
        }
    }

    /// <summary>The name of a content file is on the disk before a record names it.</summary>
    private Content Synced(Content content)
    {
        try
        {
            if (content.File is not null)
                SyncedFolder.Sync(Files.Folder);
            return content;
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException($"Content could not be synced: {exception.Message}", exception);
        }
    }

    /// <summary>Deletes files after the commit, so a failure here must not look like a failed commit. The next start removes what is left.</summary>
    private void Delete(List<string> files)
    {
        Volatile.Write(ref _leftovers, 1);
        foreach (var file in files)
        {
            try
            {
                File.Delete(Path.Combine(Files.Folder, file));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                SqliteLog.NotDeleted(_logger, file, exception);
            }
        }
    }
}
