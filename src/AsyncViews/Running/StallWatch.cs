using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>Notices that nothing starts although something waits that this node could run, and a worker is free for it.</summary>
internal sealed class StallWatch(LiveProcesses live, Workers workers, Quotas quotas, TimeProvider time)
{
    private long _starts;
    private long _since = time.GetTimestamp();

    /// <summary>How long it has been so; zero where it is not.</summary>
    public TimeSpan Lasting { get; private set; }

    /// <summary>Compares what the store has with what was started since the last time.</summary>
    public void Look(StoreInspection inspection)
    {
        var starts = live.Starts;
        if (!quotas.IsAnyStartable(inspection) || starts != _starts || !workers.HasRoom || workers.FreeForAnonymous == 0)
            _since = time.GetTimestamp();
        _starts = starts;
        Lasting = time.GetElapsedTime(_since);
    }
}
