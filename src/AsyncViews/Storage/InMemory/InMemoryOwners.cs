namespace AsyncViews.Storage.InMemory;

/// <summary>The processes of each owner in the in-memory store that are not gone, guarded by the store's lock.</summary>
internal sealed class InMemoryOwners
{
    private static readonly Comparer<InMemoryProcess> NewestFirst =
        Comparer<InMemoryProcess>.Create((a, b) => ProcessRecord.NewestFirst.Compare(a.Record, b.Record));

    private readonly Dictionary<string, SortedSet<InMemoryProcess>> _processes = [];
    private readonly Dictionary<string, int> _live = [];

    /// <summary>The live processes that a person has sent, without those that code has scheduled.</summary>
    public int CountLive(string owner) => _live.GetValueOrDefault(owner);

    public IEnumerable<InMemoryProcess> List(IEnumerable<string> owners) =>
        owners.Distinct().SelectMany(owner => _processes.TryGetValue(owner, out var processes) ? processes : Enumerable.Empty<InMemoryProcess>());

    public void Add(InMemoryProcess process)
    {
        var owner = process.Record.Owner;
        if (!_processes.TryGetValue(owner, out var processes))
            _processes.Add(owner, processes = new SortedSet<InMemoryProcess>(NewestFirst));
        processes.Add(process);
        if (process.Record.IsLimited)
            _live[owner] = CountLive(owner) + 1;
    }

    public void End(InMemoryProcess process)
    {
        var owner = process.Record.Owner;
        if (process.Record.IsLimited && --_live[owner] == 0)
            _live.Remove(owner);
    }

    public void Remove(InMemoryProcess process)
    {
        var owner = process.Record.Owner;
        if (_processes.TryGetValue(owner, out var processes) && processes.Remove(process) && processes.Count == 0)
            _processes.Remove(owner);
    }
}
