using System.Collections.Concurrent;
using System.Diagnostics;

namespace AsyncViews.Benchmarks.Server;

/// <summary>How many runs came to their first line, and how long after they were sent.</summary>
public sealed class RunLog
{
    private const int MostKept = 20_000;

    private readonly ConcurrentQueue<double> _milliseconds = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Started(long sent)
    {
        Interlocked.Increment(ref _count);
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
