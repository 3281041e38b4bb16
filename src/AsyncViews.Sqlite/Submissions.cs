using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>Accepts processes, takes those back that have not started, and keeps what can be sent again.</summary>
internal sealed class Submissions(StoreFiles files, Transactions transactions, LoadCounter load, StoreLimits limits)
{
    public async ValueTask<AddResult> AddAsync(NewProcess process, CancellationToken cancellationToken)
    {
        var secret = SealedProcess.Of(process, await transactions.CompleteAsync(process.Body, cancellationToken), files.Vault);
        var hidden = process with { Owner = secret.Owner, Lane = secret.Lane, SubmissionKey = secret.SubmissionKey };
        var result = await transactions.RunAsync(process.Body, unit => Add(unit, hidden, secret));
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return result;
    }

    public async ValueTask<bool> QueueNowAsync(ProcessId id) => await transactions.RunAsync(unit => ProcessTable.QueueNow(unit.Db, id, unit.Now));

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
            return waiting.FindAll(id => ProcessTable.TryFind(unit.Db, id) is { } row && unit.End(row, ProcessState.Canceled));
        });
    }

    public async ValueTask<bool> KeepAsync(ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken)
    {
        if (files.Database.Read(db => ProcessTable.Find(db, id)) is not { Sealed: { KeySalt: not null } succeeded, Record.State: ProcessState.Succeeded })
            return false;

        var content = await transactions.CompleteAsync(body, cancellationToken);
        var @sealed = SealedSubmission.Of(submission, runSecrets: default, content, succeeded.KeyIn(files.Vault));
        var kept = await transactions.RunAsync(body, unit => ProcessTable.KeepSubmission(unit.Db, id, @sealed));
        if (kept)
            body.Release();
        return kept;
    }

    public async ValueTask<KeptSubmission?> OpenAsync(ProcessId id, CancellationToken cancellationToken) =>
        files.Database.Read(db => ProcessTable.FindSubmission(db, id)) is { } kept
            ? await kept.Submission.OpenAsync(files.Vault.KeyOf(kept.KeySalt, id, kept.Owner), files.Content.Open, cancellationToken)
            : null;

    public StoreLoad Load() => load.Current with { FreeDiskBytes = Math.Max(0, files.Content.FreeBytes - files.Ballast.MissingBytes), KeptBytes = files.Database.Read(ShareTable.Total) };

    public SenderLoads LoadsOf(string owner, string lane) => files.Database.Read(db => ShareTable.LoadsOf(db, files.Vault.HideOwner(owner), files.Vault.HideOwner(lane)));

    private AddResult Add(UnitOfWork unit, NewProcess process, SealedProcess secret)
    {
        var holder = process.SubmissionKey is null ? null : ProcessTable.FindHolder(unit.Db, process.SubmissionKey);
        if (holder?.StandsForSubmission(unit.Now) == true)
            return new AddResult(AddOutcome.AlreadyThere, holder.Id);

        if (limits.Judge(process, load.Current with { KeptBytes = ShareTable.Total(unit.Db) }, () => ShareTable.LoadsOf(unit.Db, process.Owner, process.Lane))
            is not AddOutcome.Added and var refusal)
            return new AddResult(refusal);

        if (holder is not null)
            ProcessTable.DropSubmissionKey(unit.Db, holder.Id);
        ProcessColumns.Insert(unit.Db, new AddedRow(process, secret, QueueTable.TurnOf(unit.Db, process), unit.Now));
        if (process.Replaces is { } old)
            SuccessionTable.Replace(unit.Db, old, process.Id);
        unit.BeginWaiting(process.IsLimited, secret.Submission.Body.Length);
        return new AddResult(AddOutcome.Added, process.Id);
    }
}
