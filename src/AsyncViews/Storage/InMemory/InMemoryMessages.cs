namespace AsyncViews.Storage.InMemory;

/// <summary>The messages to the live processes of the in-memory store, guarded by the store's lock.</summary>
internal sealed class InMemoryMessages(int most)
{
    private readonly Dictionary<ProcessId, List<StoredMessage>> _messages = [];
    private long _number;

    public SendOutcome Send(InMemoryProcess? process, ReadOnlyMemory<byte> message, DateTimeOffset now)
    {
        if (process is null)
            return SendOutcome.NotFound;

        if (process.Record.State.IsEnded())
            return SendOutcome.AlreadyEnded;

        if (!_messages.TryGetValue(process.Id, out var messages))
            _messages.Add(process.Id, messages = []);
        if (messages.Count >= most)
            return SendOutcome.TooMany;

        messages.Add(new StoredMessage(++_number, message.ToArray(), now));
        return SendOutcome.Sent;
    }

    public IReadOnlyList<StoredMessage> Read(ProcessId id, long after)
    {
        if (!_messages.TryGetValue(id, out var messages))
            return [];

        messages.RemoveAll(message => message.Number <= after);
        return [.. messages.Take(StoredMessage.Batch)];
    }

    /// <summary>When the process has ended.</summary>
    public void Remove(ProcessId id) => _messages.Remove(id);
}
