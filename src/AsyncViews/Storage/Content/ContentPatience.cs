namespace AsyncViews.Storage;

/// <summary>Lets content wait for a store that is away.</summary>
/// <param name="time">The clock.</param>
/// <param name="awaited">Called with each failure that is waited for.</param>
/// <param name="stopped">Ends the waiting.</param>
internal sealed class ContentPatience(TimeProvider time, Action<StoreUnavailableException> awaited, CancellationToken stopped)
{
    /// <summary>Writes, once more after each failure.</summary>
    /// <param name="writeAsync">Writes a part in its place: what an earlier try may have written of it is replaced.</param>
    /// <exception cref="StoreUnavailableException">The store was away for longer than <see cref="StorePatience.LongestAway"/>.</exception>
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
            catch (StoreUnavailableException exception) when (time.GetElapsedTime(began) < StorePatience.LongestAway)
            {
                awaited(exception);
                await Task.Delay(StorePatience.RetryDelay, time, stopped);
            }
        }
    }
}
