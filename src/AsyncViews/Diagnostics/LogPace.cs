namespace AsyncViews.Diagnostics;

/// <summary>Lets something that fails again and again be said once a minute. On a full disk, the log may be what there is no room for.</summary>
internal sealed class LogPace(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _said;

    /// <summary>Returns whether it is to be said now, and notes that it was.</summary>
    public bool IsDue()
    {
        lock (_lock)
        {
            if (_said is { } said && time.GetElapsedTime(said) < Interval)
                return false;

            _said = time.GetTimestamp();
            return true;
        }
    }
}
