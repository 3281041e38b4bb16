using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>
/// Counts the waiting submissions, so that none has to count rows. It changes on the writer's thread only. Every new
/// connection of the writer counts anew, and one follows each rollback.
/// </summary>
internal sealed class LoadCounter
{
    private readonly Lock _lock = new();
    private StoreLoad _current;

    public StoreLoad Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    public void Set(StoreLoad load)
    {
        lock (_lock)
            _current = load;
    }

    public void Add(long bytes) => Change(1, bytes);

    public void Subtract(long bytes) => Change(-1, -bytes);

    private void Change(int queued, long bytes)
    {
        lock (_lock)
            _current = _current with { Queued = _current.Queued + queued, QueuedBytes = _current.QueuedBytes + bytes };
    }
}
