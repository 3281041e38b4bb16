using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace AsyncViews.Benchmarks.Server;

/// <summary>
/// "Queued background tasks" of Microsoft's documentation (learn.microsoft.com/aspnet/core/fundamentals/host/hosted-services),
/// with a dictionary for those who ask.
/// </summary>
public sealed class DocumentedWork : BackgroundService
{
    private readonly Channel<(Guid Id, Func<CancellationToken, ValueTask<long>> Work)> _queue =
        Channel.CreateBounded<(Guid, Func<CancellationToken, ValueTask<long>>)>(new BoundedChannelOptions(10_000_000) { FullMode = BoundedChannelFullMode.Wait });

    private readonly ConcurrentDictionary<Guid, long?> _ends = new();

    public async ValueTask<Guid> EnqueueAsync(Func<CancellationToken, ValueTask<long>> work)
    {
        var id = Guid.NewGuid();
        _ends[id] = null;
        await _queue.Writer.WriteAsync((id, work));
        return id;
    }

    /// <summary>When it ended, as a timestamp; null while it has not.</summary>
    public long? EndOf(Guid id) => _ends.GetValueOrDefault(id);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (id, work) in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            await work(stoppingToken);
            _ends[id] = Stopwatch.GetTimestamp();
        }
    }
}
