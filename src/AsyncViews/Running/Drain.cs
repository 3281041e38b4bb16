using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.Extensions.Hosting;

namespace AsyncViews.Running;

/// <summary>Knows whether this node takes processes. It takes none from the beginning of the host's stop, or once it is told to drain.</summary>
internal sealed class Drain(LiveProcesses live, IProcessStore store, IHostApplicationLifetime lifetime, SafeLogger<Drain> logger) : IDisposable
{
    private readonly CancellationTokenSource _begun = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);

    /// <summary>Cancelled once this node takes nothing more.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Tells whether this node takes nothing more, a moment before <see cref="Begun"/> does: the host tells those first that registered last, such as runs.</summary>
    public bool HasBegun => _begun.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Lets this node take nothing more, and says so in the store when nothing is being claimed any more.</summary>
    public async Task BeginAsync()
    {
        try
        {
            await _begun.CancelAsync();
            await live.ClaimsEndedAsync();
            await store.NoteDrainingAsync();
            Log.Draining(logger, live.All.Count);
        }
        catch (Exception exception)
        {
            Log.DrainNotNoted(logger, exception);
        }
    }

    public void Dispose() => _begun.Dispose();
}
