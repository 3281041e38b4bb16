using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>This node's time at the store: opens it, beats, keeps it in order, and lets go of it. Commands have one, too.</summary>
internal sealed class NodeSession(Node node, IProcessStore store, Heart heart, Contact contact, Sweeper sweeper, ChangeFeed changes) : IDisposable, IAsyncDisposable
{
    /// <summary>A store that does not answer must not keep the program from ending.</summary>
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closing = new();
    private Task _upkeep = Task.CompletedTask;

    /// <summary>Opens the store. What runs from now on is alive.</summary>
    /// <exception cref="InvalidOperationException">The store cannot be used. The message says what to do.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(node.Name, cancellationToken);
        contact.Made();
        heart.Start();
    }

    /// <summary>Keeps the store in order from now on, and hears what other nodes do: the part of a node that serves.</summary>
    public void BeginUpkeep()
    {
        using (ExecutionContext.SuppressFlow())
            _upkeep = Task.WhenAll(Task.Run(() => sweeper.RunAsync(_closing.Token)), Task.Run(() => changes.RunAsync(_closing.Token)));
    }

    /// <summary>Ends it all, after the last run.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _closing.CancelAsync();
        await _upkeep.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        heart.Stop();
    }

    /// <summary>A host may be disposed without being stopped: what uses the store ends before that is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(LongestClose);
        await CloseAsync(patience.Token);
        _closing.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
