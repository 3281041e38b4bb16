namespace AsyncViews;

/// <summary>Selects the processes of a list: those that fit everything that is specified. By default, all of them fit.</summary>
/// <remarks>Everything is compared exactly, since titles, messages and metadata are encrypted.</remarks>
public sealed record ProcessQuery
{
    /// <summary>The state; null for any.</summary>
    public ProcessState? State { get; init; }

    /// <summary>The type; null for any.</summary>
    public ProcessType? Type { get; init; }

    /// <summary>The id; null for any.</summary>
    public ProcessId? Id { get; init; }

    /// <summary>The reference number that people are given, such as <c>K7QF-3M2P</c>, in upper or lower case; null for any. A text that is none fits nothing.</summary>
    public string? Reference { get; init; }

    /// <summary>An entry of the metadata that it was scheduled with, see <see cref="ScheduleOptions.Metadata"/>; null for any.</summary>
    public KeyValuePair<string, string>? Metadata
    {
        get;
        init
        {
            if (value is { Key: null } or { Value: null })
                throw new ArgumentException("An entry of metadata has a key and a value.", nameof(value));
            field = value;
        }
    }

    /// <summary>The earliest time of acceptance; null for any.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time before which it was accepted; null for any.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The process behind which the list starts: the last one of the part before. Null for the beginning. Nothing is behind an id that is unknown.</summary>
    public ProcessId? After { get; init; }

    /// <summary>The maximum number of processes, 0 or more. The default is 50.</summary>
    public int Count
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 50;
}
