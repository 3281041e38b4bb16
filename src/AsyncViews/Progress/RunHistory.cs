using System.Collections.Concurrent;

namespace AsyncViews.Progress;

/// <summary>How long the last runs of each page took on this node, since it started.</summary>
internal sealed class RunHistory
{
    private const int Kept = 20;

    private readonly ConcurrentDictionary<ProcessType, Queue<TimeSpan>> _durations = new();

    /// <summary>Notes a run that succeeded: others end whenever they end.</summary>
    public void Add(ProcessType type, TimeSpan duration)
    {
        var durations = _durations.GetOrAdd(type, _ => new Queue<TimeSpan>());
        lock (durations)
        {
            durations.Enqueue(duration);
            if (durations.Count > Kept)
                durations.Dequeue();
        }
    }

    /// <summary>Shortest first.</summary>
    public IReadOnlyList<TimeSpan> Of(ProcessType type)
    {
        if (!_durations.TryGetValue(type, out var durations))
            return [];

        lock (durations)
            return [.. durations.Order()];
    }
}
