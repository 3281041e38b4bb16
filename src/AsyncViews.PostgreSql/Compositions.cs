using System.Data.Common;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>Accepts processes together, and answers for what follows what and for groups.</summary>
internal sealed class Compositions(Database database, Transactions transactions, HomeDatabase home, Announcer announcer, Vault vault, AsyncViewsOptions options)
{
    public async ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        await home.ThrowIfElsewhereAsync(transaction, cancellationToken);
        List<Addition> added = [];
        foreach (var process in processes)
        {
            var body = await process.Body.CompleteAsync(cancellationToken);
            var secret = SealedProcess.Of(process, body, vault);
            added.Add(new Addition(process with { Owner = secret.Owner, Lane = secret.Lane, SubmissionKey = null, Group = vault.HideGroup(process.Group), AfterGroup = vault.HideGroup(process.AfterGroup) }, secret, body));
        }

        try
        {
            var outcome = transaction is null
                ? await transactions.RunAsync(unit => AddAsync(unit, added, isForeign: false))
                : await AddToAsync(transaction, added);
            if (outcome == AddOutcome.Added)
                Release();
            return outcome;
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            Release();
            throw;
        }

        void Release()
        {
            foreach (var process in processes)
                process.Body.Release();
        }
    }

    public async ValueTask<IReadOnlyList<ProcessId>> BeforeAsync(ProcessId id, CancellationToken cancellationToken) =>
        await database.RunAsync(db => SuccessionTable.BeforeAsync(db, id), cancellationToken);

    public async ValueTask<GroupStatus?> FindGroupAsync(string reference, IReadOnlyCollection<string>? owners, CancellationToken cancellationToken)
    {
        var hidden = owners?.Select(vault.HideOwner).ToArray();
        return await database.RunAsync(db => GroupTable.CountAsync(db, vault.HideGroup(reference), hidden), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ProcessId>> MembersAsync(string reference, CancellationToken cancellationToken) =>
        await database.RunAsync(db => GroupTable.MembersAsync(db, vault.HideGroup(reference)), cancellationToken);

    public async ValueTask<bool> RemoveGroupAsync(string reference) => await transactions.RunAsync(async unit =>
    {
        var group = vault.HideGroup(reference);
        await GroupTable.LockAsync(unit.Db, group);
        var members = await GroupTable.LockMembersAsync(unit.Db, group);
        if (members.Count == 0 || members.Exists(member => !member.Record.State.IsEnded()))
            return false;

        await GroupTable.DissolveAsync(unit.Db, members.Select(member => member.Record.Id));
        await GroupTable.RenameAsync(unit.Db, group, members[0].Record.Id);
        foreach (var member in members)
            await unit.RemoveAsync(member);
        return true;
    });

    public async ValueTask SettleAsync()
    {
        if (await database.RunAsync(SuccessionTable.FindUnsettledAsync) is [])
            return;

        await transactions.RunAsync(async unit =>
        {
            // Whoever ends one of them now waits for this, and knows then that it is followed.
            var unsettled = await SuccessionTable.FindUnsettledAsync(unit.Db);
            var found = await SuccessionTable.FollowAsync(unit.Db, unsettled.Select(one => one.Id));
            foreach (var ended in found.Where(one => one.State.IsEnded()).Concat(unsettled.ExceptBy(found.Select(one => one.Id), one => one.Id)))
                await unit.SettleAsync(ended);
            return true;
        });
    }

    public IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken) => transactions.Followers.Reader.ReadAllAsync(cancellationToken);

    /// <param name="unit">The unit of work.</param>
    /// <param name="added">The processes to add.</param>
    /// <param name="isForeign">
    /// Whether the transaction is somebody else's, and may last: a process that is followed would be locked for as long, and
    /// its heartbeat with it. It learns of its followers afterwards. Only members of a group that have not started are locked, and do not
    /// start before the commit.
    /// </param>
    private async Task<AddOutcome> AddAsync(UnitOfWork unit, List<Addition> added, bool isForeign)
    {
        // Groups are locked before rows: another transaction may hold a group for long, and others need the rows meanwhile.
        var references = added.SelectMany(one => new[] { one.Process.Group, one.Process.AfterGroup }).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var group in references)
            await GroupTable.LockAsync(unit.Db, group);

        var together = added.Select(one => one.Process.Id).ToHashSet();
        var others = added.SelectMany(one => one.Process.After).Select(predecessor => predecessor.Id).Where(id => !together.Contains(id)).ToHashSet();
        var decided = isForeign ? references.FindAll(group => added.Exists(one => one.Process.Group == group)) : references;
        var locked = decided.Count == 0 ? [] : await SuccessionTable.LockAsync(unit.Db, isForeign ? [] : others, decided, isForeign);
        var predecessors = isForeign ? await ProcessTable.FindStatesAsync(unit.Db, others) : await SuccessionTable.FollowAsync(unit.Db, others);
        foreach (var waiting in locked.Union(isForeign ? [] : predecessors).Where(one => one.State == ProcessState.Queued))
            unit.HandOver(waiting.Id);
        if (predecessors.Count < others.Count)
            return AddOutcome.PredecessorUnknown;

        Dictionary<string, long> groups = [];
        foreach (var group in references)
        {
            if (await GroupTable.NumberToJoinAsync(unit.Db, group) is { } number)
                groups[group] = number;
            else if (added.Exists(one => one.Process.Group == group))
                return AddOutcome.GroupHasStarted;
        }

        foreach (var one in added)
        {
            await Additions.AddAsync(unit.Db, [one], options, unit.Now);
            await Contents.NameAsync(unit.Db, one.Body);
            if (one.Process.Terms.NotBefore is not null || one.Process.Terms.StartBefore is not null)
                unit.MoveTimes();
            await ConnectAsync(unit.Db, one.Process, groups, isForeign);
        }

        foreach (var joined in added.Select(one => one.Process).Where(process => process.Group is not null).GroupBy(process => process.Group!, process => process.Id))
        {
            if (await SuccessionTable.WaitForMembersAsync(unit.Db, joined, await GroupTable.LiveMembersAsync(unit.Db, joined.Key)) > 0)
                await SuccessionTable.FollowAsync(unit.Db, joined);
        }

        await SuccessionTable.FollowAsync(unit.Db, added.SelectMany(one => one.Process.After).Select(predecessor => predecessor.Id).Where(together.Contains));
        foreach (var ended in isForeign ? [] : predecessors.Where(one => one.State.IsEnded()))
            await unit.SettleAsync(ended);

        return AddOutcome.Added;
    }

    private static async Task ConnectAsync(Statements db, NewProcess process, Dictionary<string, long> groups, bool isForeign)
    {
        var followed = process.AfterGroup is { } reference ? await GroupTable.LiveMembersAsync(db, reference) : [];
        if (followed.Count > 0 && !isForeign)
        {
            var live = (await SuccessionTable.FollowAsync(db, followed)).Where(member => !member.State.IsEnded()).Select(member => member.Id).ToHashSet();
            followed = followed.FindAll(live.Contains);
        }

        await SuccessionTable.WaitAsync(db, process.Id, process.After, followed);
        if (process.Group is { } group)
            await GroupTable.JoinAsync(db, process.Id, group, groups[group]);
    }

    /// <summary>PostgreSQL itself tells all nodes when the transaction is committed, since its owner may not tell.</summary>
    private Task<AddOutcome> AddToAsync(DbTransaction transaction, List<Addition> added) => Database.UndoubtedAsync(async () =>
    {
        var db = new Statements((NpgsqlConnection)transaction.Connection!);
        var outcome = await AddAsync(transactions.Begin(db), added, isForeign: true);
        foreach (var process in outcome == AddOutcome.Added ? added.Select(one => one.Process) : [])
            await announcer.AnnounceInAsync(db, ProcessChange.Waiting(process.Id, process.Terms.NotBefore, process.Terms.StartBefore));
        return outcome;
    });
}
