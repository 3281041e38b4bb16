namespace AsyncViews.Benchmarks.Server;

/// <summary>The job of Hangfire that does nothing.</summary>
public sealed class EnqueuedWork(RunLog runs)
{
    public void Run(long sent) => runs.Started(sent);
}
