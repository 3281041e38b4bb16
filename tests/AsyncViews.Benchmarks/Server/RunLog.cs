using System.Collections.Concurrent;
using System.Diagnostics;

namespace AsyncViews.Benchmarks.Server;

/// <summary>Which runs came to their first line, and how long after they were sent.</summary>
public sealed class RunLog
{
    private const int MostKept = 20_000;

    private readonly ConcurrentQueue<double> _milliseconds = new();
    private readonly ConcurrentQueue<string> _ids = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>In the order of their start, the first ones only.</summary>
    public string[] Ids => [.. _ids];

    public void Started(long sent, string? id = null)
    {
        if (Interlocked.Increment(ref _count) <= MostKept && id is not null)
            _ids.Enqueue(id);
        if (sent > 0 && _milliseconds.Count < MostKept)
            _milliseconds.Enqueue(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
    }

    /// <summary>From the sending to the first line, in milliseconds, since this was asked last.</summary>
    public double[] TakeLatencies()
    {
        List<double> taken = [];
        while (_milliseconds.TryDequeue(out var one))
            taken.Add(one);
        return [.. taken];
    }
}
