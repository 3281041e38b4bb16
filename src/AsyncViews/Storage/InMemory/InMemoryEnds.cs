namespace AsyncViews.Storage.InMemory;

/// <summary>Counts the ended processes of the in-memory store that are not gone, and keeps the time of the last failed attempt. Guarded by the store's lock.</summary>
internal sealed class InMemoryEnds
{
    private readonly Dictionary<(ProcessType Type, ProcessState State), int> _counts = [];
    private readonly InMemoryTimes _failures = new(record => record.LastFailureAt);

    public IReadOnlyList<EndedCount> Counts => [.. _counts.Where(count => count.Value > 0).Select(count => new EndedCount(count.Key.Type, count.Key.State, count.Value))];

    public DateTimeOffset? LastFailureAt => _failures.Last;

    /// <summary>Whatever an attempt of it has come to.</summary>
    public void Add(InMemoryProcess process)
    {
        _failures.Add(process);
        Count(process, 1);
    }

    /// <summary>Before another attempt of it comes to something, or it is gone.</summary>
    public void Remove(InMemoryProcess process)
    {
        _failures.Remove(process);
        Count(process, -1);
    }

    private void Count(InMemoryProcess process, int change)
    {
        if (process.Record is not { IsGone: false, State: var state } || !state.IsEnded())
            return;

        var key = (process.Record.Type, state);
        _counts[key] = _counts.GetValueOrDefault(key) + change;
    }
}
