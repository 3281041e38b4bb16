namespace AsyncViews.Storage.InMemory;

/// <summary>The bytes that the in-memory store keeps of what people have sent, in all, and of each owner and lane. Guarded by the store's lock.</summary>
internal sealed class InMemoryShares
{
    private readonly Dictionary<string, long> _bytes = [];

    public long Total { get; private set; }

    public long BytesOf(string sender) => _bytes.GetValueOrDefault(sender);

    /// <summary>Counts what is kept of a process now, in place of what was kept of it before.</summary>
    /// <param name="process">The process.</param>
    /// <param name="bytes">The bytes that are kept of it; 0 if it is removed.</param>
    public void Count(InMemoryProcess process, long bytes)
    {
        var change = bytes - process.CountedBytes;
        if (!process.Record.IsLimited || change == 0)
            return;

        process.CountedBytes = bytes;
        Total += change;
        Add(process.Record.Owner, change);
        if (process.Record.Lane != process.Record.Owner)
            Add(process.Record.Lane, change);
    }

    private void Add(string sender, long change)
    {
        if (BytesOf(sender) + change is not 0 and var bytes)
            _bytes[sender] = bytes;
        else
            _bytes.Remove(sender);
    }
}
