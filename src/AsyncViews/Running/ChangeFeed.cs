using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>Gives what other nodes change to those here who wait for it, as if it had happened on this node.</summary>
internal sealed class ChangeFeed(IProcessStore store, LiveProcesses live, Watches watches, Handover handover, Heart heart, TimeProvider time, SafeLogger<ChangeFeed> logger)
{
    private readonly LogPace _pace = new(time);

    /// <summary>Listens until it is cancelled, or the store says that it has nothing to tell.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(HearOthersAsync(cancellationToken), HandOverFollowersAsync(cancellationToken));

    /// <summary>
    /// Tells the engine of processes that do not wait for others any more, even if they have started by now: one may have used the permit
    /// of another process, which then needs this one. The next sweep finds those that it cannot be told of.
    /// </summary>
    private async Task HandOverFollowersAsync(CancellationToken cancellationToken)
    {
        await foreach (var (kind, id) in store.WatchFollowersAsync(cancellationToken))
        {
            live.ForgetReading(id!.Value);
            if (kind == ProcessChangeKind.Ended)
                watches.Ended(id.Value);
            else
                await handover.ScheduleAsync(id.Value, cancellationToken);
        }
    }

    private async Task HearOthersAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await foreach (var change in store.WatchAsync(cancellationToken))
                    await ApplyAsync(change, cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (_pace.IsDue())
                    Log.ChangesNotHeard(logger, StorePatience.RetryDelay, exception);
                await Task.Delay(StorePatience.RetryDelay, time, cancellationToken);
                await ApplyAsync(new ProcessChange(ProcessChangeKind.Unknown), cancellationToken);
            }
        }
    }

    private async Task ApplyAsync(ProcessChange change, CancellationToken cancellationToken)
    {
        switch (change)
        {
            case { Kind: ProcessChangeKind.Waiting or ProcessChangeKind.Scheduled }:
                if (change.Id is { } waiting)
                    live.ForgetReading(waiting);
                await handover.WakeAsync(cancellationToken);
                break;

            case { Kind: ProcessChangeKind.Reported, Id: { } id }:
                live.DropReading(id);
                watches.Changed(id);
                break;

            case { Kind: ProcessChangeKind.Turned, Id: { } id }:
                live.ForgetReading(id);
                break;

            case { Kind: ProcessChangeKind.CancelRequested, Id: { } id }:
                live.Cancel(id);
                break;

            case { Kind: ProcessChangeKind.MessageSent, Id: { } id }:
                live.Find(id)?.NoteMessage();
                break;

            case { Kind: ProcessChangeKind.Ended, Id: { } id }:
                live.ForgetReading(id);
                watches.Ended(id);
                break;

            case { Kind: ProcessChangeKind.DrainRequested }:
                heart.BeatNow();
                break;

            default:
                live.ForgetReadings();
                foreach (var process in live.All)
                    process.NoteMessage();
                await handover.CatchUpAsync(cancellationToken);
                break;
        }
    }
}
