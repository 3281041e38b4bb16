using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>
/// Proves that this node's runs are alive, from a thread of its own: runs that starve the thread pool must not look dead. It
/// learns in return which of them somebody has asked to stop, which are this node's no longer, and whether the node is to drain.
/// </summary>
internal sealed class Heart(IProcessStore store, LiveProcesses live, Node node, Drain drain, Contact contact, SafeLogger<Heart> logger) : IDisposable
{
    /// <summary>A store that does not answer must not keep the host from stopping.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly AutoResetEvent _called = new(initialState: false);
    private volatile bool _stopping;
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(BeatUntilStopped) { IsBackground = true, Name = "AsyncViews heartbeat" };
        _thread.Start();
    }

    /// <summary>Beats now: there is something to learn.</summary>
    public void BeatNow() => _called.Set();

    /// <returns>Whether it has stopped, and is not waiting for the store.</returns>
    public bool Stop()
    {
        _stopping = true;
        _called.Set();
        return _thread?.Join(LongestStop) ?? true;
    }

    /// <summary>A host whose start failed is disposed without being stopped.</summary>
    public void Dispose()
    {
        if (Stop())
            _called.Dispose();
    }

    private void BeatUntilStopped()
    {
        while (!_stopping)
        {
            _called.WaitOne(node.HeartbeatInterval);
            if (!_stopping)
                Beat();
        }
    }

    private void Beat()
    {
        try
        {
            var heard = store.HeartbeatAsync([.. live.All.Where(process => process is { IsLost: false, EndsIn: null }).Select(process => process.Key)]).AsTask().GetAwaiter().GetResult();
            contact.Made();
            live.Apply(heard);
            if (heard.DrainRequested)
                _ = drain.BeginAsync();
        }
        catch (Exception exception)
        {
            contact.Lost();
            Log.HeartbeatNotStored(logger, exception);
        }
    }
}
