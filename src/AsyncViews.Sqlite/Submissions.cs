using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>Accepts processes, takes those back that have not started, and keeps what can be sent again.</summary>
internal sealed class Submissions(StoreFiles files, Transactions transactions, Runs runs, LoadCounter load, StoreLimits limits, string node)
{
    /// <summary>The characters of a hidden submission key that are kept: 128 bits.</summary>
    private const int KeyLength = 32;

    public async ValueTask<AddResult> AddAsync(NewProcess process, ImmediateClaim? claim, CancellationToken cancellationToken)
    {
        var body = await transactions.CompleteAsync(process.Body, cancellationToken);
        var secret = SealedProcess.Of(process, body, files.Vault);
        var hidden = process with { Owner = secret.Owner, Lane = secret.Lane, SubmissionKey = secret.SubmissionKey?[..KeyLength] };
        var (result, place) = await transactions.RunAsync(process.Body, unit => Add(unit, hidden, secret, claim), (unit, late) =>
        {
            if (late.Claimed is not null)
                unit.GiveBack(process.Id, AddedRow.FirstFence);
        });
        if (result.Outcome == AddOutcome.Added)
            process.Body.Release();
        return place is null ? result : result with { Claimed = Begin(process.Accepted(place.Sequence, place.Turn, place.Now).Claimed(node, place.Now), process, body, secret) };
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

            // The end of one before may have ended it.
            return waiting.FindAll(id => ProcessTable.TryFind(unit.Db, id) is { } row && (row.Record.State.IsEnded() || unit.End(row, ProcessState.Canceled)));
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

    public SenderLoads LoadsOf(string owner, string lane) => files.Database.Read(db => ShareTable.Read(db, files.Vault.HideOwner(owner), files.Vault.HideOwner(lane)).OfSender);

    /// <summary>Begins a run without reading what was just written.</summary>
    private ClaimedProcess Begin(ProcessRecord record, NewProcess process, Content body, SealedProcess secret)
    {
        runs.Begin(record.Id, new ClaimedRun(record.Fence, files.Vault.KeyOf(secret.KeySalt, record.Id, secret.Owner), secret.Submission.Body.Name));
        return new ClaimedProcess(record, process.Submission, process.RunSecrets, body);
    }

    /// <returns>The outcome, and the place of a process that was claimed; null if it waits.</returns>
    private (AddResult Result, Place? Claimed) Add(UnitOfWork unit, NewProcess process, SealedProcess secret, ImmediateClaim? claim)
    {
        var holder = process.SubmissionKey is null ? null : ProcessTable.FindHolder(unit.Db, process.SubmissionKey);
        if (holder?.StandsForSubmission(unit.Now) == true)
            return (new AddResult(AddOutcome.AlreadyThere, holder.Id), null);

        if (process.IsLimited && Judge(unit, process) is not AddOutcome.Added and var refusal)
            return (new AddResult(refusal), null);

        if (holder is not null)
            ProcessTable.DropSubmissionKey(unit.Db, holder.Id);
        var starts = claim is not null && MayStart(unit, process, claim.Types) && claim.TakeWorker();
        var turn = QueueTable.TurnOf(unit.Db, process);
        ProcessColumns.Insert(unit.Db, new AddedRow(process, secret, turn, unit.Now, starts ? node : null));
        var place = starts ? new Place(unit.Db.LastSequence, turn, unit.Now) : null;
        if (process.Replaces is { } old)
            SuccessionTable.Replace(unit.Db, old, process.Id);
        if (!starts)
            unit.BeginWaiting(process.IsLimited, secret.Submission.Body.Length);
        return (new AddResult(AddOutcome.Added, process.Id), place);
    }

    private AddOutcome Judge(UnitOfWork unit, NewProcess process)
    {
        var (total, ofSender) = ShareTable.Read(unit.Db, process.Owner, process.Lane);
        return limits.Judge(process, load.Current with { KeptBytes = total }, () => ofSender);
    }

    /// <summary>Tells whether a process may start before everything that waits, since nothing does.</summary>
    private static bool MayStart(UnitOfWork unit, NewProcess process, IReadOnlySet<ProcessType> types) =>
        types.Contains(process.Type) && !(process.Terms.NotBefore > unit.Now) && !(process.Terms.StartBefore <= unit.Now) && process is { After.Count: 0, AfterGroup: null }
        && !QueueTable.IsAnyDue(unit.Db, types, int.MaxValue, unit.Now);

    private sealed record Place(long Sequence, long Turn, DateTimeOffset Now);
}
