using System.Text.Json;

namespace AsyncViews;

/// <summary>A message that code has sent to a process with <see cref="IProcessManager.SendAsync{TMessage}"/>.</summary>
public sealed class ProcessMessage
{
    private readonly ReadOnlyMemory<byte> _json;

    internal ProcessMessage(ReadOnlyMemory<byte> json, DateTimeOffset sentAt) => (_json, SentAt) = (json, sentAt);

    /// <summary>The time at which it was sent.</summary>
    public DateTimeOffset SentAt { get; }

    /// <summary>Returns what was sent.</summary>
    /// <exception cref="JsonException">It is not a <typeparamref name="TMessage"/>.</exception>
    public TMessage? Read<TMessage>() => JsonSerializer.Deserialize<TMessage>(_json.Span);
}
