using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>
/// Counts what is queued and running, so that no submission has to count rows. Changed on the writer's thread only, and
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

    public void Add(int queued = 0, long bytes = 0, int running = 0)
    {
        lock (_lock)
        {
            _current = _current with
            {
                Queued = _current.Queued + queued,
                QueuedBytes = _current.QueuedBytes + bytes,
                Running = _current.Running + running,
            };
        }
    }
}
