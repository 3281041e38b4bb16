using Microsoft.Extensions.Options;

namespace AsyncViews.Progress;

/// <summary>Waits for an end that may come at once, so that a person is led straight to it.</summary>
internal sealed class FastEnd(TimeProvider time, IOptions<AsyncViewsOptions> options)
{
    /// <summary>Returns whether the process ends within <see cref="AsyncViewsOptions.FastEndWait"/>.</summary>
    public async Task<bool> ComesAsync(Watches.Watch watch, CancellationToken cancellationToken)
    {
        if (options.Value.FastEndWait == TimeSpan.Zero)
            return false;

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(watch.Ended, Task.Delay(options.Value.FastEndWait, time, timer.Token));
        await timer.CancelAsync();
        return watch.Ended.IsCompleted;
    }
}
