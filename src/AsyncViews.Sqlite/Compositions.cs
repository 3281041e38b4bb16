using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>Accepts processes together, and answers for what follows what and for groups.</summary>
internal sealed class Compositions(StoreFiles files, Transactions transactions)
{
    public async ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, CancellationToken cancellationToken)
    {
        List<(NewProcess Process, SealedProcess Secret)> added = [];
        foreach (var process in processes)
        {
            var secret = SealedProcess.Of(process, await transactions.CompleteAsync(process.Body, cancellationToken), files.Vault);
            added.Add((process with { Owner = secret.Owner, Lane = secret.Lane, SubmissionKey = null, Group = files.Vault.HideGroup(process.Group), AfterGroup = files.Vault.HideGroup(process.AfterGroup) }, secret));
        }

        try
        {
            var outcome = await transactions.RunAsync(unit => Add(unit, added));
            if (outcome != AddOutcome.Added)
                return outcome;

            foreach (var process in processes)
                process.Body.Release();
            return outcome;
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            foreach (var process in processes)
                process.Body.Doubt(transactions.NoteUnnamed);
            throw;
        }
    }

    public IReadOnlyList<ProcessId> Before(ProcessId id) => files.Database.Read(db => SuccessionTable.Before(db, id));

    public GroupStatus? FindGroup(string reference, IReadOnlyCollection<string>? owners)
    {
        var hidden = owners?.Select(files.Vault.HideOwner).ToArray();
        return files.Database.Read(db => GroupTable.Count(db, files.Vault.HideGroup(reference), hidden));
    }

    public IReadOnlyList<ProcessId> Members(string reference) => files.Database.Read(db => GroupTable.Members(db, files.Vault.HideGroup(reference)));

    public async ValueTask<bool> RemoveGroupAsync(string reference)
    {
        var group = files.Vault.HideGroup(reference);
        return await transactions.RunAsync(unit =>
        {
            var members = GroupTable.Members(unit.Db, group).ConvertAll(id => ProcessTable.TryFind(unit.Db, id)).OfType<ProcessRow>().ToList();
            if (members.Count == 0 || members.Exists(member => !member.Record.State.IsEnded()))
                return false;

            GroupTable.Dissolve(unit.Db, group);
            GroupTable.Rename(unit.Db, group, members[0].Record.Id);
            members.ForEach(unit.Remove);
            return true;
        });
    }

    public async ValueTask SettleAsync()
    {
        // Nearly always there is nothing to write.
        if (files.Database.Read(db => SuccessionTable.FindUnsettled(db).Count + SuccessionTable.FindForgotten(db).Count) == 0)
            return;

        await transactions.RunAsync(unit =>
        {
            foreach (var (id, state, isGone) in SuccessionTable.FindUnsettled(unit.Db))
                unit.Settle(id, state, isGone);
            SuccessionTable.FindForgotten(unit.Db).ForEach(unit.EndNotFollowed);
            return true;
        });
    }

    private static AddOutcome Add(UnitOfWork unit, List<(NewProcess Process, SealedProcess Secret)> added)
    {
        var together = added.Select(one => one.Process.Id).ToHashSet();
        var predecessors = added.SelectMany(one => one.Process.After).Select(predecessor => predecessor.Id).Distinct()
            .Where(id => !together.Contains(id)).Select(id => ProcessTable.TryFind(unit.Db, id)?.Record).ToList();
        if (predecessors.Contains(null))
            return AddOutcome.PredecessorUnknown;

        var groups = added.Select(one => one.Process.Group).OfType<string>().Distinct().ToDictionary(group => group, group => GroupTable.NumberToJoin(unit.Db, group));
        if (groups.ContainsValue(null))
            return AddOutcome.GroupHasStarted;

        foreach (var (process, secret) in added)
            Add(unit, process, secret, process.Group is { } group ? groups[group] : null);
        foreach (var joined in added.Select(one => one.Process).Where(process => process.Group is not null).GroupBy(process => process.Group!, process => process.Id))
            SuccessionTable.WaitForMembers(unit.Db, joined, GroupTable.LiveMembers(unit.Db, joined.Key));
        foreach (var ended in predecessors.OfType<ProcessRecord>().Where(record => record.State.IsEnded()))
            unit.Settle(ended.Id, ended.State, ended.IsGone);
        return AddOutcome.Added;
    }

    private static void Add(UnitOfWork unit, NewProcess process, SealedProcess secret, long? number)
    {
        ProcessColumns.Insert(unit.Db, new AddedRow(process, secret, QueueTable.TurnOf(unit.Db, process), unit.Now));
        SuccessionTable.Wait(unit.Db, process.Id, process.After, process.AfterGroup is { } followed ? GroupTable.LiveMembers(unit.Db, followed) : []);
        if (process.Group is { } group)
            GroupTable.Join(unit.Db, process.Id, group, number!.Value);
    }
}
