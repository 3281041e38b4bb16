using System.Threading.Channels;
using AsyncViews.Diagnostics;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>
/// Runs what is due on this node, on asynchronous workers. It holds no queue of its own: it asks the store whenever something
/// may have become due.
/// </summary>
internal sealed class InProcessEngine(Workers workers, TimeProvider time, SafeLogger<InProcessEngine> logger) : IProcessEngine, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>The longest time for which the others wait for the first run after a start.</summary>
    private static readonly TimeSpan LongestFirstRun = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LogPace _pace = new(time);
    private int _isWoken;
    private Task _dispatching = Task.CompletedTask;
    private ITimer? _due;

    public bool StartsAtOnce => _due is not null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        workers.RoomMade = Wake;
        using (ExecutionContext.SuppressFlow())
        {
            _due = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _dispatching = Task.Run(DispatchAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _dispatching.WaitAsync(cancellationToken);

    public ValueTask<bool> ScheduleAsync(WaitingProcess process, CancellationToken cancellationToken = default)
    {
        // If every worker is busy, the first run that ends wakes the dispatcher. A time must be noted in any case.
        if (!workers.IsFull || process is not { Due: null, StartBefore: null })
            Wake();
        return ValueTask.FromResult(workers.HasRoom);
    }

    public ValueTask CancelAsync(ProcessId id, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask WakeAsync(CancellationToken cancellationToken = default)
    {
        Wake();
        return ValueTask.CompletedTask;
    }

    public ValueTask CatchUpAsync(CancellationToken cancellationToken = default) => WakeAsync(cancellationToken);

    public void Dispose() => _due?.Dispose();

    /// <summary>Spares submissions the lock of the channel, which all of them would share.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
            _wake.Writer.TryWrite(true);
    }

    private async Task DispatchAsync()
    {
        try
        {
            await StartFirstAsync();
            while (true)
            {
                await StartDueAsync();
                await _wake.Reader.ReadAsync(workers.Stopping);
                Interlocked.Exchange(ref _isWoken, 0);
            }
        }
        catch (Exception) when (workers.Stopping.IsCancellationRequested)
        {
            // Nothing more is started, whatever the store says now.
        }
    }

    /// <summary>The first of a queue runs alone: if all workers began at once, compiling the code of a run would take the processor from the first requests.</summary>
    private async Task StartFirstAsync()
    {
        if (await StartDueAsync(1) is [var first])
            await Task.WhenAny(first.Ended, _wake.Reader.WaitToReadAsync().AsTask(), Task.Delay(LongestFirstRun, time, workers.Stopping));
    }

    private async Task<IReadOnlyList<StartedRun>> StartDueAsync(int most = int.MaxValue)
    {
        try
        {
            var (started, next) = await workers.StartDueAsync(most);
            if (next is { } due)
                WakeAt(due);
            return started;
        }
        catch (Exception exception) when (!workers.Stopping.IsCancellationRequested)
        {
            if (_pace.IsDue())
                Log.QueueNotRead(logger, StorePatience.RetryDelay, exception);
            await Task.Delay(StorePatience.RetryDelay, time, workers.Stopping);
            Wake();
            return [];
        }
    }

    /// <summary>The clock may be set in the meantime: it is looked at again with every sweep.</summary>
    private void WakeAt(DateTimeOffset next)
    {
        var wait = next - time.GetUtcNow();
        _due!.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }
}
