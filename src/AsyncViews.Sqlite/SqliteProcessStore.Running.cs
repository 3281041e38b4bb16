using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <content>Writes of a run, from its claim to its end.</content>
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
            var key = vault.KeyOf(claimed.Row.KeySalt ?? []);
            var process = new ClaimedProcess(
                claimed.Row.UnsealPast(key),
                Vault.Open(key, SubmissionPurpose, claimed.SealedSubmission),
                claimed.SealedRunSecrets is null ? default : Vault.Open(key, RunSecretsPurpose, claimed.SealedRunSecrets),
                claimed.Body.Open(Files.Folder, key, BodyPurpose));
            _runs[id] = new ClaimedRun(process.Record.Fence, key, claimed.Row.BodyFile);
            return process;
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
        if (FindRun(id, fence) is not { } run)
            return false;

        var status = StoredStatus.From(progress).Seal(run.Key);
        return await _database.WriteAsync(db => ProcessTable.Report(db, id, fence, status, version));
    }

    public async ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default)
    {
        outcome.ThrowIfNoEndOfARun();
        if (FindRun(id, fence) is not { } run)
            return false;

        var content = outcome.Body is null ? null : Synced(await outcome.Body.CompleteAsync(cancellationToken));
        var end = new SealedEnd(
            outcome.State,
            outcome.Version,
            StoredStatus.From(outcome.Progress, outcome.Reason, outcome.Error).Seal(run.Key),
            content is null ? null : Vault.Seal(run.Key, ResponsePurpose, outcome.Response.Span),
            content is null ? null : StoredContent.From(content, run.Key, ResultPurpose));
        List<string> files = [];
        var finished = await WriteWithAsync(outcome.Body, db => outcome.State == ProcessState.Scheduled
            ? Retry(db, id, run, outcome, end, files)
            : End(db, id, ProcessState.Running, fence, run.BodyFile, end, files));
        _runs.TryRemove(KeyValuePair.Create(id, run));
        if (finished)
        {
            outcome.Body?.Release();
            Delete(files);
        }

        return finished;
    }

    public async ValueTask<bool> KeepSubmissionAsync(
        ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default)
    {
        var vault = Keys;
        if (_database.Read(db => ProcessTable.Find(db, id)) is not { KeySalt: { } salt, Record.State: ProcessState.Succeeded })
            return false;

        var key = vault.KeyOf(salt);
        var @sealed = Vault.Seal(key, SubmissionPurpose, submission.Span);
        var content = StoredContent.From(Synced(await body.CompleteAsync(cancellationToken)), key, BodyPurpose);
        var kept = await WriteWithAsync(body, db => ProcessTable.KeepSubmission(db, id, @sealed, content));
        if (kept)
            body.Release();
        return kept;
    }

    /// <summary>Null if the run is no longer the current one: opening the store ended all runs of before.</summary>
    private ClaimedRun? FindRun(ProcessId id, int fence)
    {
        _ = Keys;
        return _runs.TryGetValue(id, out var run) && run.Fence == fence ? run : null;
    }

    private bool Retry(Statements db, ProcessId id, ClaimedRun run, ProcessOutcome outcome, SealedEnd end, List<string> files)
    {
        if (ProcessTable.Find(db, id) is not { } row)
            return false;

        var canceled = outcome.UnlessCanceled(row.Record);
        if (canceled.State != ProcessState.Scheduled)
            return End(db, id, ProcessState.Running, run.Fence, run.BodyFile, end with { State = canceled.State }, files);

        var now = _time.GetUtcNow();
        ProcessFailure[] failures = [.. row.UnsealPast(run.Key).Failures, ProcessFailure.Of(run.Fence, now, outcome.Error)];
        if (!ProcessTable.Retry(db, id, run.Fence, outcome.NotBefore!.Value, outcome.Version, end.Status!, ProcessRow.SealFailures(run.Key, failures), now))
            return false;

        if (row.Record.IsLimited)
            _load.Add(row.BodyLength);
        return true;
    }

    /// <summary>Seals the reason with the key of a new salt, since the old one may be damaged. Nothing else of the process can be read any more.</summary>
    private async Task EndDamagedAsync(ProcessRow row)
    {
        var salt = Vault.NewSalt();
        var status = new StoredStatus(null, null, null, ProcessReason.SubmissionDamaged).Seal(Keys.KeyOf(salt));
        List<string> files = [];
        await _database.WriteAsync(db =>
        {
            files.AddRange(ProcessTable.FilesOf(db, row.Record.Id));
            ProcessTable.GiveUp(db, row.Record.Id, salt);
            return End(db, row, ProcessState.Failed, [], status);
        });
        Delete(files);
    }
}
