using AsyncViews.Storage;

namespace AsyncViews.PostgreSql;

/// <summary>
/// Knows the number of waiting submissions without counting them before each: it counts once a second, and knows what this
/// node has changed since. So the queue may outgrow its limits by what other nodes accept within a second.
/// </summary>
internal sealed class Load(Database database, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _counting = new(1);
    private StoreLoad _current;
    private long? _countedAt;

    public async Task<StoreLoad> GetAsync(CancellationToken cancellationToken)
    {
        if (Current() is { } known)
            return known;

        await _counting.WaitAsync(cancellationToken);
        try
        {
            return Current() ?? await CountAsync(cancellationToken);
        }
        finally
        {
            _counting.Release();
        }
    }

    public void Change(int queued, long bytes)
    {
        lock (_lock)
            _current = _current with { Queued = Math.Max(_current.Queued + queued, 0), QueuedBytes = Math.Max(_current.QueuedBytes + bytes, 0) };
    }

    private StoreLoad? Current()
    {
        lock (_lock)
            return _countedAt is { } at && time.GetElapsedTime(at) < Freshness ? _current : null;
    }

    private async Task<StoreLoad> CountAsync(CancellationToken cancellationToken)
    {
        var counted = await database.RunAsync(ProcessTable.CountLoadAsync, cancellationToken);
        lock (_lock)
        {
            _countedAt = time.GetTimestamp();
            return _current = counted;
        }
    }
}
