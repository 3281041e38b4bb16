using System.Collections.Concurrent;

namespace AsyncViews.Progress;

/// <summary>Wakes those who wait for something to become of a process, and costs nothing where nobody does.</summary>
internal sealed class Watches
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<ProcessId, Watch> _watches = new();

    /// <summary>Watches a process until it is disposed.</summary>
    public Watch Begin(ProcessId id)
    {
        lock (_lock)
        {
            var watch = _watches.GetOrAdd(id, _ => new Watch(this, id));
            watch.Watchers++;
            return watch;
        }
    }

    /// <summary>It reported something.</summary>
    public void Changed(ProcessId id) => _watches.GetValueOrDefault(id)?.Change();

    /// <summary>It came to another state, or passed a milestone: what a person should see at once.</summary>
    public void Turned(ProcessId id) => _watches.GetValueOrDefault(id)?.Turn();

    /// <summary>Its end is stored.</summary>
    public void Ended(ProcessId id) => _watches.GetValueOrDefault(id)?.End();

    /// <summary>Everybody looks again.</summary>
    public void WakeAll()
    {
        foreach (var watch in _watches.Values)
            watch.Turn();
    }

    private void End(Watch watch)
    {
        lock (_lock)
        {
            if (--watch.Watchers == 0)
                _watches.TryRemove(watch.Id, out _);
        }
    }

    /// <summary>One process that is watched, shared by all who watch it.</summary>
    internal sealed class Watch(Watches all, ProcessId id) : IDisposable
    {
        private readonly TaskCompletionSource _ended = NewSource();
        private TaskCompletionSource _changed = NewSource();
        private TaskCompletionSource _turned = NewSource();

        public ProcessId Id => id;

        public int Watchers { get; set; }

        /// <summary>Completes with the next change from now on, <see cref="Turned"/> included.</summary>
        public Task Changed => Volatile.Read(ref _changed).Task;

        /// <summary>Completes with the next turn from now on, the end included.</summary>
        public Task Turned => Volatile.Read(ref _turned).Task;

        public Task Ended => _ended.Task;

        public void Change() => Interlocked.Exchange(ref _changed, NewSource()).TrySetResult();

        public void Turn()
        {
            Interlocked.Exchange(ref _turned, NewSource()).TrySetResult();
            Change();
        }

        public void End()
        {
            _ended.TrySetResult();
            Turn();
        }

        public void Dispose() => all.End(this);

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
