using System.Collections.Concurrent;

namespace AsyncViews.Progress;

/// <summary>How long the last runs of each page took on this node, since it started.</summary>
internal sealed class RunHistory
{
    private const int Kept = 20;

    private readonly ConcurrentDictionary<ProcessType, Durations> _durations = new();

    /// <summary>Notes a run that succeeded: others end whenever they end.</summary>
    public void Add(ProcessType type, TimeSpan duration) => _durations.GetOrAdd(type, _ => new Durations()).Add(duration);

    /// <summary>Shortest first.</summary>
    public IReadOnlyList<TimeSpan> Of(ProcessType type) => _durations.TryGetValue(type, out var durations) ? durations.Sorted : [];

    private sealed class Durations
    {
        private readonly Lock _lock = new();
        private readonly Queue<TimeSpan> _last = new(Kept + 1);
        private volatile TimeSpan[] _sorted = [];

        /// <summary>Read at the start of every run, so that nobody waits for it.</summary>
        public TimeSpan[] Sorted => _sorted;

        public void Add(TimeSpan duration)
        {
            lock (_lock)
            {
                _last.Enqueue(duration);
                if (_last.Count > Kept)
                    _last.Dequeue();
                var sorted = _last.ToArray();
                Array.Sort(sorted);
                _sorted = sorted;
            }
        }
    }
}
