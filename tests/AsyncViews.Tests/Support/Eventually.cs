namespace AsyncViews.Tests.Support;

/// <summary>Waits for conditions, with a deadline that says what was waited for.</summary>
internal static class Eventually
{
    /// <summary>The longest wait: a busy machine takes its time, and a test that passes waits for none of it.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static Task BeTrueAsync(Func<bool> condition, string what) => BeTrueAsync(() => Task.FromResult(condition()), what);

    public static async Task BeTrueAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"Not within {Deadline.TotalSeconds} s: {what}");
        }
    }

    /// <summary>Awaits what must not take for ever.</summary>
    public static async Task<T> Soon<T>(this Task<T> task, string what)
    {
        await ((Task)task).Soon(what);
        return await task;
    }

    /// <inheritdoc cref="Soon{T}" />
    public static async Task Soon(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Not within {Deadline.TotalSeconds} s: {what}");
        }
    }
}
