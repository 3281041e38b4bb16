using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Progress;

/// <summary>
/// Carries what a run reports to the store, at most four times a second, and with it when the run will probably end; the end of the run stores the last
/// report itself.
/// </summary>
internal sealed class ProgressWriter(LiveProcess live, IProcessStore store, RunHistory history, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly LogPace _pace = new(time);
    private int _writing;
    private int _unmeasurableLogged;
    private int _tooLongLogged;

    /// <summary>Reports at the start of the run when it will probably end, if earlier runs tell.</summary>
    public void Begin()
    {
        if (Estimate.Of(time.GetUtcNow(), TimeSpan.Zero, [], history.Of(live.Claimed.Type)) is { } estimate)
            Report(progress => progress with { Estimate = estimate });
    }

    public void Report(Func<ProcessProgress, ProcessProgress> change)
    {
        if (live.Report(change) && !live.IsLost && Interlocked.Exchange(ref _writing, 1) == 0)
            _ = WriteAsync();
    }

    public void ReportUnmeasurable()
    {
        if (Interlocked.Exchange(ref _unmeasurableLogged, 1) == 0)
            Log.ProgressNotANumber(logger, live.Id);
    }

    public void ReportTooLong(int length)
    {
        if (Interlocked.Exchange(ref _tooLongLogged, 1) == 0)
            Log.ProgressDataTooLong(logger, live.Id, length, ProcessProgress.MaxDataLength);
    }

    /// <summary>Returns when the store has what is reported now, or a later report with this in it.</summary>
    /// <exception cref="OperationCanceledException">Another run has taken over, or the run was to stop while the store was away.</exception>
    /// <exception cref="StoreUnavailableException">The store was away for too long.</exception>
    public async Task StoreAsync(Func<ProcessProgress, bool> isIn)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (await TryStoreAsync(isIn))
                    return;

                await Task.Delay(Interval / 10, time);
            }
            catch (StoreUnavailableException exception) when (time.GetElapsedTime(began) < StorePatience.LongestAway)
            {
                if (_pace.IsDue())
                    Log.ProgressNotStored(logger, live.Id, exception);
                await Task.Delay(StorePatience.RetryDelay, time, live.Token);
            }
        }
    }

    private async Task<bool> TryStoreAsync(Func<ProcessProgress, bool> isIn)
    {
        var (progress, version) = live.Read();
        if (await store.ReportAsync(live.Id, live.Fence, progress, version))
            return true;

        live.Apply(await store.HeartbeatAsync([live.Key]));
        if (live.IsLost)
            throw new OperationCanceledException("Another run has taken over.");

        // The other writer of this run may have been faster.
        return await store.FindAsync(live.Id) is { } record && isIn(record.Progress);
    }

    private async Task WriteAsync()
    {
        long written;
        do
        {
            (var progress, written) = live.Foretell(history.Of(live.Claimed.Type));
            try
            {
                // What is refused comes from a run that is not the current one, or from one whose record has changed: it is asked to stop.
                if (!await store.ReportAsync(live.Id, live.Fence, progress, written))
                    live.Apply(await store.HeartbeatAsync([live.Key]));
            }
            catch (Exception exception)
            {
                // Reporting is a courtesy: whatever goes wrong here must not end somebody's import.
                if (_pace.IsDue())
                    Log.ProgressNotStored(logger, live.Id, exception);
            }

            await Task.Delay(Interval, time);
            Volatile.Write(ref _writing, 0);
        }
        while (!live.IsLost && live.Read().Version != written && Interlocked.Exchange(ref _writing, 1) == 0);
    }
}
