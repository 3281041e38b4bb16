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

    /// <summary>1 where something secret was deleted since the last sweep, and may stand in the log of writes yet.</summary>
    private int _leftovers;

    /// <summary>Why nothing can be decrypted; null where everything can.</summary>
    private string? _lockedOut;

    public SqliteProcessStore(SqliteLocation location, IOptions<AsyncViewsOptions> options, TimeProvider time, ILogger<SqliteProcessStore> logger)
    {
        NativeSqlite.Load();
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

    public ContentSpool CreateContent() => new(Files);

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        if (transaction is not null)
            throw new NotSupportedException("The SQLite store has a database of its own and cannot join another's transaction. Use a store in that database.");

        var key = Vault.NewKey();
        var wrapped = Keys.Wrap(key);
        var submission = Vault.Seal(key, SubmissionPurpose, process.Submission.Span);
        var body = StoredContent.From(Synced(await process.Body.CompleteAsync(cancellationToken)), key, BodyPurpose);
        var result = await _database.WriteAsync(db =>
        {
            if (process.SubmissionKey is not null && ProcessTable.FindSame(db, process.SubmissionKey, _time.GetUtcNow()) is { } same)
                return new AddResult(AddOutcome.AlreadyThere, same);

            var load = _load.Current;
            if (load.Queued >= _options.MaxQueueLength || load.QueuedBytes + body.Length > _options.MaxQueueBytes)
                return new AddResult(AddOutcome.QueueFull);

            if (ProcessTable.CountLive(db, process.Owner) >= _options.MaxLiveProcessesPerOwner)
                return new AddResult(AddOutcome.OwnerLimit);

            ProcessTable.Add(db, process, wrapped, submission, body, _time.GetUtcNow());
            _load.Add(queued: 1, bytes: body.Length);
            return new AddResult(AddOutcome.Added, process.Id);
        });
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    public async ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, string node, CancellationToken cancellationToken = default)
    {
        var vault = Keys;
        var claimed = await _database.WriteAsync(db =>
        {
            if (!ProcessTable.Claim(db, id, node, _time.GetUtcNow()))
                return default;

            var submission = ProcessTable.FindSubmission(db, id)!.Value;
            _load.Add(queued: -1, bytes: -submission.Body.Length, running: 1);
            return (ProcessTable.Find(db, id)!.Record, Submission: submission);
        });
        if (claimed.Record is null)
            return null;

        try
        {
            var key = vault.Unwrap(claimed.Submission.Key);
            return new ClaimedProcess(
                claimed.Record,
                Vault.Open(key, SubmissionPurpose, claimed.Submission.Submission),
                claimed.Submission.Body.Open(Files.Folder, key, BodyPurpose));
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.Damaged(_logger, id, exception);
            await EndDamagedAsync(claimed.Record);
            return null;
        }
    }

    public async ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default)
    {
        var vault = Keys;
        return await _database.WriteAsync(db =>
            ProcessTable.Find(db, id) is { WrappedKey: { } wrapped }
            && ProcessTable.Report(db, id, fence, StoredStatus.From(progress).Seal(vault.Unwrap(wrapped)), version));
    }

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default)
    {
        if (!outcome.State.IsEnded() || !ProcessState.Running.CanBecome(outcome.State))
            throw new ArgumentException($"A run cannot end as {outcome.State}.", nameof(outcome));

        var vault = Keys;
        var content = outcome.Body is null ? null : Synced(await outcome.Body.CompleteAsync(cancellationToken));
        List<string> files = [];
        var finished = await _database.WriteAsync(db =>
        {
            if (ProcessTable.Find(db, id) is not { WrappedKey: { } wrapped } row)
                return false;

            var key = vault.Unwrap(wrapped);
            var status = StoredStatus.From(outcome.Progress, outcome.Reason, outcome.Error).Seal(key);
            if (!End(db, row.Record with { Fence = fence, State = ProcessState.Running }, outcome.State, files, outcome.Version, status))
                return false;

            if (content is not null)
                ProcessTable.SetResult(db, id, Vault.Seal(key, ResponsePurpose, outcome.Response.Span), StoredContent.From(content, key, ResultPurpose));
            return true;
        });
        if (finished)
        {
            outcome.Body?.Release();
            Delete(files);
        }

        return finished;
    }

    public async ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        List<string> files = [];
        var outcome = await _database.WriteAsync(db =>
        {
            if (ProcessTable.Find(db, id)?.Record is not { } record)
                return CancelOutcome.NotFound;

            if (record.State.IsEnded())
                return CancelOutcome.AlreadyEnded;

            if (record.State != ProcessState.Running)
            {
                End(db, record, ProcessState.Canceled, files);
                return CancelOutcome.Canceled;
            }

            ProcessTable.MarkCancelRequested(db, id);
            return CancelOutcome.Requested;
        });
        Delete(files);
        return outcome;
    }

    public async ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(db => ProcessTable.MarkServed(db, id));

    public void Dispose()
    {
        _database.Dispose();
        _ownership?.Dispose();
    }

    /// <summary>Ends a live process as the record describes it. The files that are not needed any more are to be deleted after the commit.</summary>
    private bool End(Statements db, ProcessRecord record, ProcessState to, List<string> files, long version = 0, byte[]? status = null)
    {
        var before = ProcessTable.FilesOf(db, record.Id);
        var bytes = record.State == ProcessState.Running ? 0 : ProcessTable.FindSubmission(db, record.Id)?.Body.Length ?? 0;
        var now = _time.GetUtcNow();
        if (!ProcessTable.End(db, record.Id, record.State, record.Fence, to, version, status, now, now + _options.ResultRetention))
            return false;

        files.AddRange(before.Except(ProcessTable.FilesOf(db, record.Id)));
        if (record.State == ProcessState.Running)
            _load.Add(running: -1);
        else
            _load.Add(queued: -1, bytes: -bytes);
        return true;
    }

    /// <summary>Its key may be what is damaged: a new one wraps the reason, and nothing else of it can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRecord record)
    {
        var key = Vault.NewKey();
        var wrapped = Keys.Wrap(key);
        var status = new StoredStatus(null, null, null, "What was sent is damaged in the store, so it was not started.").Seal(key);
        List<string> files = [];
        await _database.WriteAsync(db =>
        {
            files.AddRange(ProcessTable.FilesOf(db, record.Id));
            ProcessTable.Rekey(db, record.Id, wrapped);
            return End(db, record, ProcessState.Failed, [], status: status);
        });
        Delete(files);
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

    /// <summary>After the commit, so nothing that goes wrong here may look as if it had not been: the next start removes what is left.</summary>
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
