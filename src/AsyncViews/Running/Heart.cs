using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Running;

/// <summary>Proves that this node's runs are alive, from a thread of its own: runs that starve the thread pool must not look dead.</summary>
internal sealed class Heart(IProcessStore store, LiveProcesses live, ILogger<Heart> logger) : IHostedService, IDisposable
{
    /// <summary>A store that does not answer must not keep the host from stopping.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly ManualResetEventSlim _stopping = new();
    private Thread? _thread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Beat) { IsBackground = true, Name = "AsyncViews heartbeat" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Stop();
        return Task.CompletedTask;
    }

    /// <summary>A host whose start failed is disposed without being stopped.</summary>
    public void Dispose()
    {
        if (Stop())
            _stopping.Dispose();
    }

    private bool Stop()
    {
        _stopping.Set();
        return _thread?.Join(LongestStop) ?? true;
    }

    private void Beat()
    {
        while (!_stopping.Wait(Node.HeartbeatInterval))
        {
            try
            {
                store.HeartbeatAsync([.. live.All.Select(process => process.Id)]).AsTask().Wait();
            }
            catch (Exception exception)
            {
                Log.HeartbeatNotStored(logger, exception);
            }
        }
    }
}
