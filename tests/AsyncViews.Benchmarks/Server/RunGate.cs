using System.Collections.Concurrent;
using System.Diagnostics;

namespace AsyncViews.Benchmarks.Server;

/// <summary>Where held runs wait until they are let go, each at a number of its own.</summary>
public sealed class RunGate
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _gates = new();

    /// <summary>Waits until the gate is open, and tells when that was.</summary>
    public async Task<long> PassAsync(int number, CancellationToken cancellationToken)
    {
        await Gate(number).Task.WaitAsync(cancellationToken);
        return Stopwatch.GetTimestamp();
    }

    public void Open(int number) => Gate(number).TrySetResult();

    private TaskCompletionSource Gate(int number) =>
        _gates.GetOrAdd(number, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
