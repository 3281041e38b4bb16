using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>Accepts processes, takes those back that have not started, and keeps what can be sent again.</summary>
internal sealed class Submissions(StoreFiles files, Transactions transactions, LoadCounter load, AsyncViewsOptions options)
{
    public async ValueTask<AddResult> AddAsync(NewProcess process, CancellationToken cancellationToken)
    {
        var salt = Vault.NewSalt();
        var key = files.Vault.KeyOf(salt);
        var secret = new SealedProcess(
            salt,
            files.Vault.Hide(process.Identity),
            ProcessRow.SealOrigin(key, process.Origin),
            Vault.Seal(key, Purposes.Submission, process.Submission.Span),
            process.RunSecrets.IsEmpty ? null : Vault.Seal(key, Purposes.RunSecrets, process.RunSecrets.Span),
            StoredContent.From(await transactions.CompleteAsync(process.Body, cancellationToken), key, Purposes.Body));
        var result = await transactions.RunAsync(process.Body, unit => Add(unit, process, secret));
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    public async ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id) => await transactions.RunAsync(unit =>
    {
        if (ProcessTable.Find(unit.Db, id) is not { } row)
            return CancelOutcome.NotFound;

        if (row.Record.State.IsEnded())
            return CancelOutcome.AlreadyEnded;

        if (row.Record.State != ProcessState.Running)
        {
            unit.End(row, ProcessState.Canceled);
            return CancelOutcome.Canceled;
        }

        ProcessTable.MarkCancelRequested(unit.Db, id);
        return CancelOutcome.Requested;
    });

    public async ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity)
    {
        var hidden = files.Vault.Hide(identity)!;
        return await transactions.RunAsync(unit =>
        {
            var waiting = ProcessTable.FindIdentity(unit.Db, hidden);
            waiting.ForEach(id => unit.End(ProcessTable.Find(unit.Db, id)!, ProcessState.Canceled));
            return waiting;
        });
    }

    public async ValueTask<bool> KeepAsync(ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken)
    {
        if (files.Database.Read(db => ProcessTable.Find(db, id)) is not { KeySalt: { } salt, Record.State: ProcessState.Succeeded })
            return false;

        var key = files.Vault.KeyOf(salt);
        var @sealed = Vault.Seal(key, Purposes.Submission, submission.Span);
        var content = StoredContent.From(await transactions.CompleteAsync(body, cancellationToken), key, Purposes.Body);
        var kept = await transactions.RunAsync(body, unit => ProcessTable.KeepSubmission(unit.Db, id, @sealed, content));
        if (kept)
            body.Release();
        return kept;
    }

    public KeptSubmission? Open(ProcessId id)
    {
        var (record, found) = files.Database.Read(db => (ProcessTable.Find(db, id)?.Record, ProcessTable.FindSubmission(db, id)));
        if (record?.State.IsEnded() != true || found is not { } kept)
            return null;

        var key = files.Vault.KeyOf(kept.KeySalt);
        return new KeptSubmission(
            Vault.Open(key, Purposes.Submission, kept.Submission), kept.Body.Open(files.Content.Folder, key, Purposes.Body).OpenRead());
    }

    public StoreLoad Load() => load.Current with { FreeDiskBytes = files.Content.FreeBytes };

    private AddResult Add(UnitOfWork unit, NewProcess process, SealedProcess secret)
    {
        var holder = process.SubmissionKey is null ? null : ProcessTable.FindHolder(unit.Db, process.SubmissionKey);
        if (holder?.StandsForSubmission(unit.Now) == true)
            return new AddResult(AddOutcome.AlreadyThere, holder.Id);

        if (process.IsLimited && (load.Current.Queued >= options.MaxQueueLength || load.Current.QueuedBytes + secret.Body.Length > options.MaxQueueBytes))
            return new AddResult(AddOutcome.QueueFull);

        if (process.IsLimited && ProcessTable.CountLive(unit.Db, process.Owner) >= options.MaxLiveProcessesPerOwner)
            return new AddResult(AddOutcome.OwnerLimit);

        if (holder is not null)
            ProcessTable.DropSubmissionKey(unit.Db, holder.Id);
        ProcessTable.Add(unit.Db, process, secret, unit.Now);
        unit.BeginWaiting(process.IsLimited, secret.Body.Length);
        return new AddResult(AddOutcome.Added, process.Id);
    }
}
