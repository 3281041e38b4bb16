using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <content>What a run writes, from its claim to its end.</content>
internal sealed partial class SqliteProcessStore
{
    public async ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, string node, CancellationToken cancellationToken = default)
    {
        var vault = Keys;
        var claimed = await _database.WriteAsync(db =>
        {
            var row = ProcessTable.Claim(db, id, node, _time.GetUtcNow());
            if (row?.Row.Record.IsLimited == true)
                _load.Subtract(row.Body.Length);
            return row;
        });
        if (claimed is null)
            return null;

        try
        {
            var key = vault.Unwrap(claimed.Row.WrappedKey!);
            return new ClaimedProcess(
                claimed.Row.UnsealPast(key),
                Vault.Open(key, SubmissionPurpose, claimed.SealedSubmission),
                Vault.Open(key, RunSecretsPurpose, claimed.SealedRunSecrets),
                claimed.Body.Open(Files.Folder, key, BodyPurpose));
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.Damaged(_logger, id, exception);
            await EndDamagedAsync(claimed.Row.Record);
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
        outcome.ThrowIfNoEndOfARun();
        var vault = Keys;
        var content = outcome.Body is null ? null : Synced(await outcome.Body.CompleteAsync(cancellationToken));
        List<string> files = [];
        var finished = await WriteWithAsync(outcome.Body, db =>
        {
            if (ProcessTable.Find(db, id) is not { WrappedKey: { } wrapped } row)
                return false;

            var key = vault.Unwrap(wrapped);
            var ended = outcome.UnlessCanceled(row.Record);
            var status = StoredStatus.From(ended.Progress, ended.Reason, ended.Error).Seal(key);
            if (ended.State == ProcessState.Scheduled)
                return Retry(db, row, key, fence, ended, status);

            if (!End(db, row.Record with { Fence = fence, State = ProcessState.Running }, ended.State, files, ended.Version, status))
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

    private bool Retry(Statements db, ProcessRow row, byte[] key, int fence, ProcessOutcome outcome, byte[] status)
    {
        ProcessFailure[] failures = [.. row.UnsealPast(key).Failures, ProcessFailure.Of(fence, _time.GetUtcNow(), outcome.Error)];
        if (!ProcessTable.Retry(db, row.Record.Id, fence, outcome.NotBefore!.Value, outcome.Version, status, ProcessRow.SealFailures(key, failures)))
            return false;

        if (row.Record.IsLimited)
            _load.Add(ProcessTable.FindSubmission(db, row.Record.Id)!.Value.Body.Length);
        return true;
    }

    /// <summary>Its key may be what is damaged: a new one wraps the reason, and nothing else of it can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRecord record)
    {
        var key = Vault.NewKey();
        var wrapped = Keys.Wrap(key);
        var status = new StoredStatus(null, null, null, _texts["What was sent is damaged in the store."]).Seal(key);
        List<string> files = [];
        await _database.WriteAsync(db =>
        {
            files.AddRange(ProcessTable.FilesOf(db, record.Id));
            ProcessTable.Rekey(db, record.Id, wrapped);
            return End(db, record, ProcessState.Failed, [], status: status);
        });
        Delete(files);
    }
}
