using AsyncViews.Storage;

namespace AsyncViews.PostgreSql;

/// <summary>
/// Knows the number of waiting submissions and what is kept without counting them before each: it counts once a second, a long queue less
/// often, and knows what this node has changed since. So the queue may outgrow its limits by what other nodes accept in that time.
/// </summary>
internal sealed class Load(Database database, TimeProvider time)
{
    private static readonly TimeSpan LeastFreshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostFreshness = TimeSpan.FromSeconds(10);

    /// <summary>Counting takes at most a hundredth of the time: it reads the whole queue.</summary>
    private const int CountingPart = 100;

    private readonly Lock _lock = new();
    private StoreLoad _current;
    private long? _countedAt;
    private TimeSpan _freshness;
    private Task<StoreLoad>? _counting;

    public Task<StoreLoad> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_countedAt is { } at && time.GetElapsedTime(at) < _freshness)
                return Task.FromResult(_current);

            if (_counting is null or { IsCompleted: true })
                _counting = CountAsync();
            return _counting.WaitAsync(cancellationToken);
        }
    }

    public void Change(int queued, long bytes)
    {
        lock (_lock)
            _current = _current with { Queued = Math.Max(_current.Queued + queued, 0), QueuedBytes = Math.Max(_current.QueuedBytes + bytes, 0) };
    }

    private async Task<StoreLoad> CountAsync()
    {
        var began = time.GetTimestamp();
        var counted = await database.RunApartAsync(ProcessTable.CountLoadAsync);
        lock (_lock)
        {
            _countedAt = time.GetTimestamp();
            _freshness = TimeSpan.FromTicks(Math.Clamp(CountingPart * time.GetElapsedTime(began).Ticks, LeastFreshness.Ticks, MostFreshness.Ticks));
            return _current = counted;
        }
    }
}
