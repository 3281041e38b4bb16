using System.Collections.Concurrent;
using System.Threading.Channels;
using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>
/// Runs what is due on this node, as many at once as allowed, on asynchronous workers. It holds no queue of its own:
/// the store knows what is due.
/// </summary>
internal sealed class InProcessEngine(
    IProcessStore store,
    ProcessRunner runner,
    ProcessTypes types,
    LiveProcesses live,
    TimeProvider time,
    IOptions<AsyncViewsOptions> options,
    IOptions<HostOptions> host,
    IHostApplicationLifetime lifetime,
    ILogger<InProcessEngine> logger) : IProcessEngine, IHostedLifecycleService, IDisposable
{
    /// <summary>How long before the host's shutdown budget ends the runs are told.</summary>
    private static readonly TimeSpan LastCall = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<ProcessId, Task> _runs = new();
    private Task _dispatching = Task.CompletedTask;
    private ITimer? _due;
    private ITimer? _lastCall;
    private int _running;

    /// <summary>From the very beginning of the stop nothing more is claimed: a run that ends because of it makes no room.</summary>
    private CancellationToken Stopping => lifetime.ApplicationStopping;

    private bool HasRoom => Volatile.Read(ref _running) < options.Value.MaxConcurrentRuns && !Stopping.IsCancellationRequested;

    public ValueTask<bool> WakeAsync(CancellationToken cancellationToken = default)
    {
        _wake.Writer.TryWrite(true);
        return ValueTask.FromResult(HasRoom);
    }

    /// <summary>Only now: the application's endpoints, by which its pages are known, exist once the server has started.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // No run may inherit what happens to be ambient here.
        using (ExecutionContext.SuppressFlow())
        {
            _due = time.CreateTimer(_ => _wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _dispatching = Task.Run(DispatchAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>Gives what runs nearly the whole budget.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (host.Value.ShutdownTimeout != Timeout.InfiniteTimeSpan)
        {
            var untilLastCall = host.Value.ShutdownTimeout - LastCall;
            _lastCall = time.CreateTimer(_ => TellToStop(), null, untilLastCall > TimeSpan.Zero ? untilLastCall : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _dispatching.WaitAsync(cancellationToken);
            await Task.WhenAll(_runs.Values).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.LeftRunning(logger, _runs.Count);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _lastCall?.Dispose();
        _due?.Dispose();
    }

    private async Task DispatchAsync()
    {
        try
        {
            while (true)
            {
                await StartDueAsync();
                await _wake.Reader.ReadAsync(Stopping);
            }
        }
        catch (Exception) when (Stopping.IsCancellationRequested)
        {
            // Nothing more is started, whatever the store says now.
        }
    }

    private async Task StartDueAsync()
    {
        try
        {
            var due = await store.QueueDueAsync(Stopping);
            foreach (var id in due.Missed)
            {
                Log.Missed(logger, id);
                live.ForgetReading(id);
            }

            if (due.Next is { } next)
                WakeAt(next);

            if (!HasRoom)
                return;

            // What was started here and is not claimed yet is still due: asking for as many as may run at all is enough
            // to see past it.
            foreach (var id in await store.FindDueAsync(types.All, options.Value.MaxConcurrentRuns, Stopping))
            {
                if (HasRoom)
                    Start(id);
            }
        }
        catch (Exception exception) when (!Stopping.IsCancellationRequested)
        {
            Log.QueueNotRead(logger, RetryDelay, exception);
            await Task.Delay(RetryDelay, time, Stopping);
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>The clock may be set in the meantime: it is looked at again with every sweep.</summary>
    private void WakeAt(DateTimeOffset next)
    {
        var wait = next - time.GetUtcNow();
        _due!.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private void Start(ProcessId id)
    {
        var ended = new TaskCompletionSource();
        if (!_runs.TryAdd(id, ended.Task))
            return;

        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            await runner.RunAsync(id);
            _runs.TryRemove(id, out _);
            Interlocked.Decrement(ref _running);
            ended.SetResult();
            _wake.Writer.TryWrite(true);
        });
    }

    private void TellToStop()
    {
        Log.ToldToStop(logger, live.All.Count);
        foreach (var process in live.All)
            _ = process.StopAsync();
    }
}
