using System.Data.Common;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>Accepts processes, takes those back that have not started, and keeps what can be sent again.</summary>
internal sealed class Submissions(
    Database database, Contents contents, Transactions transactions, HomeDatabase home, Load load, Announcer announcer, Vault vault, StoreLimits limits, AsyncViewsOptions options)
{
    /// <summary>The number of times that an expired submission key is taken away from its holder: others may be doing the same.</summary>
    private const int MaxTries = 100;

    /// <summary>The most in one group: each may bring a body of up to 64 KiB.</summary>
    private const int MostAtOnce = 32;

    /// <summary>Others are stored while one group waits for its commit, or for another node's transaction of the same sender.</summary>
    private const int GroupsAtOnce = 2;

    private readonly Grouping<Addition, bool> _grouped = new(MostAtOnce, GroupsAtOnce, added => transactions.RunAloneAsync(unit => AddAsync(unit, added, options, isGrouped: true)));

    public async ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        await home.ThrowIfElsewhereAsync(transaction, cancellationToken);
        var body = await process.Body.CompleteAsync(cancellationToken);
        var secret = SealedProcess.Of(process, body, vault);
        process = process with { Owner = secret.Owner, Lane = secret.Lane, SubmissionKey = secret.SubmissionKey };

        // What is the sender's own is judged by the INSERT, under its locks. A repeated submission takes no room.
        var current = await load.GetAsync(cancellationToken);
        if (limits.Judge(process, current, () => default) is not AddOutcome.Added and var refusal)
            return await FindHolderAsync(process) is { } stands ? new AddResult(AddOutcome.AlreadyThere, stands) : new AddResult(refusal);

        try
        {
            for (var tries = 0; tries < MaxTries; tries++)
            {
                if (await TryAddAsync(new Addition(process, secret, body), current, transaction) is { } result)
                    return result;
            }

            throw new StoreUnavailableException("Other writers were always faster.");
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            process.Body.Release();
            throw;
        }
        catch (DamagedContentException exception)
        {
            throw new StoreUnavailableException(exception.Message, exception);
        }
    }

    public ValueTask<bool> QueueNowAsync(ProcessId id) => new(transactions.RunAsync(async unit =>
    {
        if (!await ProcessTable.QueueNowAsync(unit.Db, id, unit.Now))
            return false;

        unit.MoveTimes();
        unit.Announce(ProcessChangeKind.Turned, id);
        return true;
    }));

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id) => new(transactions.RunAsync(async unit =>
    {
        if (await ProcessTable.FindAsync(unit.Db, id, forUpdate: true) is not { } row)
            return CancelOutcome.NotFound;

        if (row.Record.State.IsEnded())
            return CancelOutcome.AlreadyEnded;

        if (row.Record.State != ProcessState.Running)
        {
            await unit.EndAsync(row, ProcessState.Canceled);
            return CancelOutcome.Canceled;
        }

        await ProcessTable.MarkCancelRequestedAsync(unit.Db, id);
        unit.Announce(ProcessChangeKind.CancelRequested, id);
        return CancelOutcome.Requested;
    }));

    public async ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity)
    {
        var hidden = vault.Hide(identity)!;
        return await transactions.RunAsync(async unit =>
        {
            var waiting = await ProcessTable.LockIdentityAsync(unit.Db, hidden);
            foreach (var id in waiting)
            {
                // The end of one may have released or ended another.
                if (await ProcessTable.FindAsync(unit.Db, id) is { Record.State: < ProcessState.Running } row)
                    await unit.EndAsync(row, ProcessState.Canceled);
            }

            return waiting;
        });
    }

    public async ValueTask<bool> KeepAsync(ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken)
    {
        if (await database.RunApartAsync(db => ProcessTable.FindAsync(db, id), cancellationToken) is not { Sealed: { KeySalt: not null } succeeded, Record.State: ProcessState.Succeeded })
            return false;

        var content = await body.CompleteAsync(cancellationToken);
        var @sealed = SealedSubmission.Of(submission, runSecrets: default, content, succeeded.KeyIn(vault));
        try
        {
            var kept = await transactions.RunAsync(async unit =>
            {
                if (!await ProcessTable.KeepSubmissionAsync(unit.Db, id, @sealed))
                    return false;

                await Contents.NameAsync(unit.Db, content);
                return true;
            });
            if (kept)
                body.Release();
            return kept;
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            body.Release();
            throw;
        }
    }

    public async ValueTask<KeptSubmission?> OpenAsync(ProcessId id, CancellationToken cancellationToken) =>
        await database.RunApartAsync(db => ProcessTable.FindSubmissionAsync(db, id), cancellationToken) is { } kept
            ? await kept.Submission.OpenAsync(vault.KeyOf(kept.KeySalt, id, kept.Owner), contents.Open, cancellationToken)
            : null;

    public async ValueTask<SenderLoads> GetLoadsAsync(string owner, string lane) => await LoadsOfAsync(vault.HideOwner(owner), vault.HideOwner(lane));

    private Task<SenderLoads> LoadsOfAsync(string owner, string? lane) => database.RunApartAsync(db => ShareTable.LoadsOfAsync(db, owner, lane));

    /// <summary>Null if what stood against it is gone: a process that no longer stands for its submission key, or one that has just ended.</summary>
    private async Task<AddResult?> TryAddAsync(Addition added, StoreLoad current, DbTransaction? transaction)
    {
        var process = added.Process;
        if (transaction is not null ? await AddToAsync(transaction, added)
            : added.Body is EncryptedContent || process.Replaces is not null ? await transactions.RunAsync(unit => AddAsync(unit, added))
            : await _grouped.StoreAsync(added))
        {
            process.Body.Release();
            return new AddResult(AddOutcome.Added, process.Id);
        }

        if (process.SubmissionKey is { } key && await database.RunApartAsync(db => ProcessTable.FindHolderAsync(db, key)) is { } holder)
        {
            if (holder.StandsForSubmission(database.Clock.Now))
                return new AddResult(AddOutcome.AlreadyThere, holder.Id);

            await database.RunApartAsync(db => ProcessTable.DropSubmissionKeyAsync(db, holder.Id, key));
            return null;
        }

        var loads = await LoadsOfAsync(process.Owner, process.HasAddress ? process.Lane : null);
        return limits.Judge(process, current, () => loads) is not AddOutcome.Added and var refusal ? new AddResult(refusal) : null;
    }

    private async Task<bool> AddAsync(UnitOfWork unit, Addition added)
    {
        // A group is locked before rows and senders, as where processes are added together.
        if (added.Process.Replaces is { } member)
            await GroupTable.LockOfAsync(unit.Db, member);
        if (!(await AddAsync(unit, [added], options))[0])
            return false;

        await Contents.NameAsync(unit.Db, added.Body);
        if (added.Process.Replaces is { } old)
            await SuccessionTable.ReplaceAsync(unit.Db, old, added.Process.Id);
        return true;
    }

    private static async Task<List<bool>> AddAsync(UnitOfWork unit, Addition[] added, AsyncViewsOptions limits, bool isGrouped = false)
    {
        var stored = await Additions.AddAsync(unit.Db, added, limits, unit.Now, isGrouped);
        foreach (var one in added.Where(one => stored.Contains(one.Process.Id)))
        {
            unit.BeginWaiting(one.Process.IsLimited, one.Secret.Submission.Body.Length);
            if (one.Process.Terms.NotBefore is not null || one.Process.Terms.StartBefore is not null)
                unit.MoveTimes();
        }

        return [.. added.Select(one => stored.Contains(one.Process.Id))];
    }

    /// <summary>PostgreSQL itself tells all nodes when the transaction is committed, since its owner may not tell.</summary>
    private Task<bool> AddToAsync(DbTransaction transaction, Addition added) => Database.UndoubtedAsync(async () =>
    {
        var db = new Statements((NpgsqlConnection)transaction.Connection!);
        var unit = transactions.Begin(db);
        if (!await AddAsync(unit, added))
            return false;

        load.Change(unit.Queued, unit.QueuedBytes);
        await announcer.AnnounceInAsync(db, ProcessChange.Waiting(added.Process.Id, added.Process.Terms.NotBefore, added.Process.Terms.StartBefore));
        return true;
    });

    private async Task<ProcessId?> FindHolderAsync(NewProcess process) =>
        process.SubmissionKey is { } key && await database.RunApartAsync(db => ProcessTable.FindHolderAsync(db, key)) is { } holder
            && holder.StandsForSubmission(database.Clock.Now) ? holder.Id : null;
}
