using System.Data.Common;

namespace AsyncViews.Storage;

/// <summary>Lets the parts of a content wait for a store that is away. Whoever completes the content tries again by themselves.</summary>
/// <param name="time">The clock.</param>
/// <param name="waits">Tells whether to wait after this failure.</param>
/// <param name="stopped">Ends the waiting.</param>
internal sealed class ContentPatience(TimeProvider time, Func<StoreUnavailableException, bool> waits, CancellationToken stopped)
{
    /// <summary>Writes, once more after each failure.</summary>
    /// <param name="writeAsync">Writes a part in its place: what an earlier try may have written of it is replaced.</param>
    /// <exception cref="StoreUnavailableException">It is not worth waiting, or the store was away for longer than <see cref="StorePatience.LongestAway"/>.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public async ValueTask WriteAsync(Func<ValueTask> writeAsync)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                await writeAsync();
                return;
            }
            catch (StoreUnavailableException exception) when (IsAway(exception) && waits(exception) && time.GetElapsedTime(began) < StorePatience.LongestAway)
            {
                await Task.Delay(StorePatience.RetryDelay, time, stopped);
            }
        }
    }

    /// <summary>Tells whether the store cannot be reached, starts or stops, or has too many connections. A full disk may stay full, and a permission missing.</summary>
    private static bool IsAway(StoreUnavailableException exception) =>
        exception.InnerException is not DbException { SqlState: { } state } || state is ['0', '8', ..] or ['5', '7', 'P', ..] or "53300";
}
