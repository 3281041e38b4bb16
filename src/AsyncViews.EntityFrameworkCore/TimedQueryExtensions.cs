using System.Globalization;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Queries that wait for what somebody else is about to write.</summary>
public static class TimedQueryExtensions
{
    /// <summary>
    /// Waits for the first result of a query, and asks again at intervals. No thread waits, and outside of a transaction, no
    /// connection does either.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="query">The query. In a transaction that reads a snapshot it never finds what others write.</param>
    /// <param name="retries">The number of times that it is asked again, 0 or more. The default is 10.</param>
    /// <param name="interval">The time between two times, 0 or more. The default is null, which means 6 seconds.</param>
    /// <param name="cancellationToken">Ends the waiting. Pass the run's own token.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retries"/> or <paramref name="interval"/> is negative.</exception>
    /// <exception cref="TimeoutException">There is still no result.</exception>
    public static async Task<T> WaitForFirstAsync<T>(this IQueryable<T> query, int retries = 10, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(retries);
        var pause = interval ?? TimeSpan.FromSeconds(6);
        ArgumentOutOfRangeException.ThrowIfLessThan(pause, TimeSpan.Zero, nameof(interval));
        for (var tries = 0; ; tries++)
        {
            // A list, since the first result may be null or a value type's default.
            if (await query.Take(1).ToListAsync(cancellationToken) is [var first])
                return first;

            if (tries == retries)
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"A query for {typeof(T).Name} had no result, asked {tries + 1} times within {(tries * pause).TotalSeconds:0.###} seconds."));

            await Task.Delay(pause, cancellationToken);
        }
    }
}
