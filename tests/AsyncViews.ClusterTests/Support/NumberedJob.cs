using System.Collections.Concurrent;

namespace AsyncViews.ClusterTests.Support;

/// <param name="Number">What tells it from others.</param>
/// <param name="IsHeld">Whether it waits until it is released.</param>
public sealed record Numbered(int Number, bool IsHeld);

/// <summary>A job that notes its start.</summary>
public sealed class NumberedJob(Runs runs) : IJob<Numbered>
{
    public Task RunAsync(Numbered args, ProcessContext process, CancellationToken cancellationToken)
    {
        runs.Started.Enqueue(args.Number);
        return args.IsHeld ? runs.Released.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }
}

/// <summary>The jobs of the nodes in this process: those that have started, and the end of those that are held.</summary>
public sealed class Runs
{
    /// <summary>The numbers of the jobs that have started, in this order.</summary>
    public ConcurrentQueue<int> Started { get; } = new();

    /// <summary>Lets those end that are held.</summary>
    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until all of these have started, and sees to it that none has more than once.</summary>
    public async Task HaveStartedAsync(params IEnumerable<int> numbers)
    {
        await Patience.UntilAsync(() => Task.FromResult(numbers.All(Started.Contains)), $"all of them have started, and not only {string.Join(", ", Started)}");
        Started.CountBy(number => number).ShouldAllBe(starts => starts.Value == 1);
    }
}
