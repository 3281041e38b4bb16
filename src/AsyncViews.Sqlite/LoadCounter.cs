using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>
/// Counts the submissions that wait, so that none has to count rows. Changed on the writer's thread only, and
/// counted anew with every connection of its, which follows whatever was rolled back.
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
