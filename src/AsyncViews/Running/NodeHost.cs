using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>Starts and stops this node with the host: store → engine → runs, and back.</summary>
internal sealed class NodeHost(NodeSession session, Workers workers, IProcessEngine engine, Drain drain, TimeProvider time, IOptions<AsyncViewsOptions> options, IOptions<HostOptions> host) : IHostedLifecycleService, IDisposable
{
    /// <summary>How long before the host's shutdown budget ends the runs are told.</summary>
    private static readonly TimeSpan LastCall = TimeSpan.FromSeconds(5);

    private ITimer? _lastCall;

    private bool IsWebOnly => options.Value.Role == NodeRole.Web;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsWebOnly)
            RunThreads.Reserve(workers.Count);
        await session.OpenAsync(cancellationToken);
        if (IsWebOnly)
            await drain.BeginAsync();
        session.BeginUpkeep();
    }

    /// <summary>Only now: the application's endpoints, by which its pages are known, exist once the server has started.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => IsWebOnly ? Task.CompletedTask : engine.StartAsync(cancellationToken);

    /// <summary>Gives what runs nearly the whole budget.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (host.Value.ShutdownTimeout != Timeout.InfiniteTimeSpan)
        {
            var untilLastCall = host.Value.ShutdownTimeout - LastCall;
            _lastCall = time.CreateTimer(_ => workers.TellToStop(), null, untilLastCall > TimeSpan.Zero ? untilLastCall : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What it has started is counted below.
        }
        finally
        {
            await workers.DrainAsync(cancellationToken);
            await session.CloseAsync(cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lastCall?.Dispose();
}
