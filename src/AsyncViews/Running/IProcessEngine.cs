namespace AsyncViews.Running;

/// <summary>
/// Decides when and where a queued process runs, and calls the <see cref="ProcessRunner"/> with its id. The store stays
/// the truth: an id handed over twice runs once, and one that is lost is handed over again by the sweep.
/// </summary>
public interface IProcessEngine
{
    /// <summary>Says that there is something to run.</summary>
    /// <returns>Whether this node has a worker free for it, so that it starts here and now.</returns>
    ValueTask<bool> WakeAsync(CancellationToken cancellationToken = default);
}
