using System.Collections.Concurrent;

namespace AsyncViews.Progress;

/// <summary>Wakes those who wait for something to become of a process, and costs nothing where nobody does.</summary>
internal sealed class Watches
{
    private readonly ConcurrentDictionary<ProcessId, Watch> _watches = new();

    /// <summary>Watches a process until it is disposed.</summary>
    public Watch Begin(ProcessId id)
    {
        while (true)
        {
            var watch = _watches.GetOrAdd(id, (id, all) => new Watch(all, id), this);
            if (watch.TryJoin())
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

    /// <summary>One process that is watched, shared by all who watch it.</summary>
    internal sealed class Watch(Watches all, ProcessId id) : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly TaskCompletionSource _ended = NewSource();
        private TaskCompletionSource? _changed;
        private TaskCompletionSource? _turned;
        private int _watchers;
        private bool _isOver;

        public ProcessId Id => id;

        /// <summary>Completes with the next change from now on, <see cref="Turned"/> included.</summary>
        public Task Changed => Next(ref _changed);

        /// <summary>Completes with the next turn from now on, the end included.</summary>
        public Task Turned => Next(ref _turned);

        public Task Ended => _ended.Task;

        /// <summary>False after the last watcher has gone.</summary>
        public bool TryJoin()
        {
            lock (_lock)
            {
                _watchers += _isOver ? 0 : 1;
                return !_isOver;
            }
        }

        public void Change() => Interlocked.Exchange(ref _changed, null)?.TrySetResult();

        public void Turn()
        {
            Interlocked.Exchange(ref _turned, null)?.TrySetResult();
            Change();
        }

        public void End()
        {
            _ended.TrySetResult();
            Turn();
        }

        public void Dispose()
        {
            lock (_lock)
                _isOver = --_watchers == 0;
            if (_isOver)
                all._watches.TryRemove(KeyValuePair.Create(id, this));
        }

        /// <summary>Made when somebody waits for it: most are watched for their end alone.</summary>
        private static Task Next(ref TaskCompletionSource? source)
        {
            if (Volatile.Read(ref source) is { } waited)
                return waited.Task;

            var made = NewSource();
            return (Interlocked.CompareExchange(ref source, made, null) ?? made).Task;
        }

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
