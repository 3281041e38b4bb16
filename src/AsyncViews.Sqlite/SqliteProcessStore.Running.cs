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
            var key = vault.KeyOf(claimed.Row.KeySalt!);
            return new ClaimedProcess(
                claimed.Row.UnsealPast(key),
                Vault.Open(key, SubmissionPurpose, claimed.SealedSubmission),
                claimed.SealedRunSecrets is null ? default : Vault.Open(key, RunSecretsPurpose, claimed.SealedRunSecrets),
                claimed.Body.Open(Files.Folder, key, BodyPurpose));
        }
        catch (DamagedContentException exception)
        {
            SqliteLog.Damaged(_logger, id, exception);
            await EndDamagedAsync(claimed.Row);
            return null;
        }
    }

    public async ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default)
    {
        var vault = Keys;
        return await _database.WriteAsync(db =>
            ProcessTable.Find(db, id) is { KeySalt: { } salt }
            && ProcessTable.Report(db, id, fence, StoredStatus.From(progress).Seal(vault.KeyOf(salt)), version));
    }

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default)
    {
        outcome.ThrowIfNoEndOfARun();
        var vault = Keys;
        var content = outcome.Body is null ? null : Synced(await outcome.Body.CompleteAsync(cancellationToken));
        List<string> files = [];
        var finished = await WriteWithAsync(outcome.Body, db =>
        {
            if (ProcessTable.Find(db, id) is not { KeySalt: { } salt } row)
                return false;

            var key = vault.KeyOf(salt);
            var ended = outcome.UnlessCanceled(row.Record);
            var status = StoredStatus.From(ended.Progress, ended.Reason, ended.Error).Seal(key);
            if (ended.State == ProcessState.Scheduled)
                return Retry(db, row, key, fence, ended, status);

            return End(
                db, row with { Record = row.Record with { Fence = fence, State = ProcessState.Running } }, ended.State, files, ended.Version, status,
                content is null ? null : Vault.Seal(key, ResponsePurpose, outcome.Response.Span),
                content is null ? null : StoredContent.From(content, key, ResultPurpose));
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
            _load.Add(row.BodyLength);
        return true;
    }

    /// <summary>Its salt may be what is damaged: the reason is sealed with the key that follows from it now, and nothing else of it can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRow row)
    {
        var status = new StoredStatus(null, null, null, _texts["What was sent is damaged in the store."]).Seal(Keys.KeyOf(row.KeySalt!));
        List<string> files = [];
        await _database.WriteAsync(db =>
        {
            files.AddRange(ProcessTable.FilesOf(db, row.Record.Id));
            ProcessTable.GiveUp(db, row.Record.Id);
            return End(db, row, ProcessState.Failed, [], status: status);
        });
        Delete(files);
    }
}
