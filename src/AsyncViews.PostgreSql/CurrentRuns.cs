using System.Collections.Concurrent;

namespace AsyncViews.PostgreSql;

/// <summary>The runs of this node, so that a report or an end reads no row and derives no key.</summary>
internal sealed class CurrentRuns
{
    private readonly ConcurrentDictionary<ProcessId, ClaimedRun> _runs = new();

    /// <summary>Null if this node has not claimed it with this fence.</summary>
    public ClaimedRun? Find(ProcessId id, int fence) => _runs.TryGetValue(id, out var run) && run.Fence == fence ? run : null;

    public void Add(ProcessId id, ClaimedRun run) => _runs[id] = run;

    /// <summary>Forgets a run that has ended, but not another one of the process.</summary>
    public void Remove(ProcessId id, ClaimedRun run) => _runs.TryRemove(KeyValuePair.Create(id, run));

    /// <summary>Forgets whatever run of the process there was.</summary>
    public void Remove(ProcessId id) => _runs.TryRemove(id, out _);
}
