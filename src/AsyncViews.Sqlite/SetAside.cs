using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>
/// The rows that damage keeps from being claimed: those that cannot be read, and those that an index tells of and the table
/// does not have. They are left alone until the next start, so that they stand in nobody's way.
/// </summary>
internal sealed class SetAside(ILogger logger)
{
    private readonly ConcurrentDictionary<long, bool> _sequences = new();

    public int Count => _sequences.Count;

    public bool HasNot(long sequence) => !_sequences.ContainsKey(sequence);

    public void Add(long sequence, Exception? exception = null)
    {
        if (_sequences.TryAdd(sequence, true))
            SqliteLog.SetAside(logger, sequence, exception);
    }
}
