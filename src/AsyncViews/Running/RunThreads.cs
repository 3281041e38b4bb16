namespace AsyncViews.Running;

/// <summary>
/// Keeps threads of the pool for the server beside those that runs block: a POST handler that has become a run may block from
/// its first line to its last.
/// </summary>
/// <remarks>
/// A scheduler with threads of its own would leave to the pool what runs hand it themselves, and that blocks, too: Task.Run,
/// and what follows ConfigureAwait(false). Up to its minimum, the pool makes a thread at once when there is work and none is
/// free. It ends threads that have nothing to do, and a run that waits asynchronously holds none.
/// </remarks>
internal static class RunThreads
{
    /// <summary>A run holds a second one while it blocks until asynchronous code of its own has ended.</summary>
    private const int Each = 2;

    /// <summary>Runs by the thousand are asynchronous, or there would be no memory for their threads.</summary>
    private const int Most = 1000;

    /// <summary>Raises the pool's minimum for so many runs at once. An application that has a higher one keeps it.</summary>
    public static void Reserve(int runs)
    {
        ThreadPool.GetMinThreads(out var threads, out var completions);
        ThreadPool.GetMaxThreads(out var most, out _);
        var needed = Math.Min(Environment.ProcessorCount + Math.Min(Each * runs, Most), most);
        if (needed > threads)
            ThreadPool.SetMinThreads(needed, completions);
    }
}
