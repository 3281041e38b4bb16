namespace AsyncViews.Running;

/// <summary>
/// Knows how long this node has reached the store without a break. Only a node that has for a whole lease may call another
/// one's run lost: after the store was away, or this node was frozen, the silence says nothing about the others.
/// </summary>
internal sealed class Contact(Node node, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long? _since;
    private long _last;

    /// <summary>Tells whether it has lasted for a whole lease until now.</summary>
    public bool IsUnbroken
    {
        get
        {
            lock (_lock)
                return _since is { } since && !IsBroken && time.GetElapsedTime(since) >= node.Lease;
        }
    }

    /// <summary>A program that was frozen has not noticed that its contact was broken.</summary>
    private bool IsBroken => time.GetElapsedTime(_last) >= node.Lease;

    /// <summary>The store has answered.</summary>
    public void Made()
    {
        lock (_lock)
        {
            if (_since is null || IsBroken)
                _since = time.GetTimestamp();
            _last = time.GetTimestamp();
        }
    }

    /// <summary>The store has not answered.</summary>
    public void Lost()
    {
        lock (_lock)
            _since = null;
    }
}
