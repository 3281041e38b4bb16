using System.Collections.Concurrent;
using AsyncViews.Running;

namespace AsyncViews.Tests.Support;

/// <summary>An engine as a package would bring it, by public members alone: it notes what it is told, and runs what a test permits.</summary>
public sealed class PermitEngine(Workers workers) : IProcessEngine
{
    private int _wakes;

    public ConcurrentQueue<WaitingProcess> Scheduled { get; } = new();

    public ConcurrentQueue<ProcessId> Canceled { get; } = new();

    public int Wakes => Volatile.Read(ref _wakes);

    public bool IsStarted { get; private set; }

    public bool StartsAtOnce { get; set; }

    public bool IsStopped { get; private set; }

    /// <summary>The answer of its scheduler's database; null while it is there.</summary>
    public Exception? Failure { get; set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        IsStarted = true;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopped = true;
        return Task.CompletedTask;
    }

    public ValueTask<bool> ScheduleAsync(WaitingProcess process, CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        Scheduled.Enqueue(process);
        return ValueTask.FromResult(false);
    }

    public ValueTask CancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        ThrowIfAway();
        Canceled.Enqueue(id);
        return ValueTask.CompletedTask;
    }

    public ValueTask WakeAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _wakes);
        ThrowIfAway();
        return ValueTask.CompletedTask;
    }

    public ValueTask CatchUpAsync(CancellationToken cancellationToken = default) => WakeAsync(cancellationToken);

    public Task<RunOutcome> PermitAsync() => workers.RunNextAsync();

    private void ThrowIfAway()
    {
        if (Failure is { } failure)
            throw failure;
    }
}
