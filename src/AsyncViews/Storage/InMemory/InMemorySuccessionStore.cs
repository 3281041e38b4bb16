using System.Data.Common;

namespace AsyncViews.Storage.InMemory;

/// <summary>The part of the in-memory store that knows what follows what, and its lock.</summary>
internal abstract class InMemorySuccessionStore(InMemoryProcesses processes) : IProcessSuccession
{
    protected Lock Turn { get; } = new();

    public async ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> together, DbTransaction? transaction = null, CancellationToken cancellationToken = default)
    {
        RefuseToJoin(transaction);
        List<(NewProcess Process, Content Body)> added = [];
        foreach (var process in together)
            added.Add((process, await process.Body.CompleteAsync(cancellationToken)));
        return await ChangeAsync(() =>
        {
            var outcome = processes.Succession.Judge(together);
            foreach (var (process, body) in outcome == AddOutcome.Added ? added : [])
            {
                processes.Add(process, body);
                process.Body.Release();
            }

            return outcome;
        });
    }

    public ValueTask<IReadOnlyList<ProcessId>> ListPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default) => Read(() => processes.Succession.Before(id));

    public IAsyncEnumerable<ProcessChange> WatchFollowersAsync(CancellationToken cancellationToken = default) => processes.Succession.Changes.Reader.ReadAllAsync(cancellationToken);

    public ValueTask<GroupStatus?> FindGroupAsync(string reference, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) => Read(() =>
        ProcessRecord.GroupOf(processes.Succession.MembersOf(reference).Select(member => member.Record).Where(record => owners?.Contains(record.Owner) != false)));

    public ValueTask<IReadOnlyList<ProcessId>> ListMembersAsync(string reference, CancellationToken cancellationToken = default) =>
        Read<IReadOnlyList<ProcessId>>(() => processes.Succession.MembersOf(reference).ConvertAll(member => member.Id));

    public ValueTask<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default) => ChangeAsync(() =>
    {
        var members = processes.Succession.MembersOf(reference);
        if (members.Count == 0 || members.Exists(member => !member.Record.State.IsEnded()))
            return false;

        members.ForEach(processes.Remove);
        return true;
    });

    protected static void RefuseToJoin(DbTransaction? transaction)
    {
        if (transaction is not null)
            throw new NotSupportedException("The in-memory store cannot join a database transaction. Use a store that is kept in that database.");
    }

    protected ValueTask<T> Read<T>(Func<T> read)
    {
        lock (Turn)
            return ValueTask.FromResult(read());
    }

    /// <summary>Changes processes as one, and deletes the content that nothing needs any more.</summary>
    protected ValueTask<T> ChangeAsync<T>(Func<T> change)
    {
        T result;
        IReadOnlyList<Content> unneeded;
        lock (Turn)
        {
            result = change();
            unneeded = processes.TakeUnneeded();
        }

        return unneeded.Count == 0 ? ValueTask.FromResult(result) : DeleteAsync(unneeded, result);
    }

    private static async ValueTask<T> DeleteAsync<T>(IReadOnlyList<Content> unneeded, T result)
    {
        foreach (var content in unneeded)
            await content.DeleteAsync();
        return result;
    }
}
