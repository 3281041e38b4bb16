namespace AsyncViews.Storage.Sealing;

/// <summary>A message to a process as it is stored.</summary>
public static class SealedMessage
{
    private const string Purpose = "message";

    /// <summary>Seals a message with the key of its process.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> message, RecordKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Seal(Purpose, message.Span);
    }

    /// <summary>Opens a message for the run that reads it.</summary>
    /// <exception cref="DamagedContentException">The message is damaged.</exception>
    public static StoredMessage Open(long number, byte[] message, DateTimeOffset sentAt, RecordKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new StoredMessage(number, key.Open(Purpose, message), sentAt);
    }
}
