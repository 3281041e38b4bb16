namespace AsyncViews;

/// <summary>
/// Retries a page's run or a job after an exception, instead of ending it as Failed. Use it only for work that can safely
/// be repeated. <see cref="ProcessContext.Id"/> stays the same and serves as an idempotency key.
/// </summary>
/// <remarks>
/// A run that was canceled, or that ended because the host stops, is never retried. Derive from this class and override
/// <see cref="ShouldRetry"/> to decide by the exception. <see cref="RerunAfterCrashAttribute"/> covers a server that stops
/// during a run. Each failed attempt lowers the priority by one, down to 0, so that work that always fails does not delay
/// other work.
/// </remarks>
/// <param name="maxAttempts">The total number of attempts: 2 to 100.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="maxAttempts"/> is not in that range.</exception>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public class RetryOnFailureAttribute(int maxAttempts) : Attribute
{
    private const double Jitter = 0.1;
    private const double LongestDelay = 31_536_000;

    /// <summary>The total number of attempts.</summary>
    public int MaxAttempts { get; } = maxAttempts is >= 2 and <= 100 ? maxAttempts : throw new ArgumentOutOfRangeException(nameof(maxAttempts), maxAttempts, "Must be from 2 to 100.");

    /// <summary>How the delays grow. The default is <see cref="RetryBackoff.Polynomial"/>.</summary>
    public RetryBackoff Backoff { get; set; }

    /// <summary>The delay after the first failure, in seconds: 0 to 31,536,000, a year. The default is 60.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in that range.</exception>
    public double FirstDelaySeconds
    {
        get;
        set => field = DelayOf(value);
    } = 60;

    /// <summary>The longest delay, in seconds, before jitter is added: 0 to 31,536,000, a year. The default is 86,400, a day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in that range.</exception>
    public double MaxDelaySeconds
    {
        get;
        set => field = DelayOf(value);
    } = 86_400;

    /// <summary>
    /// Returns whether to retry after this exception. The default is to retry after any. An <see cref="OperationCanceledException"/>
    /// that arrives here is a time-out within the work, such as that of an HTTP client.
    /// </summary>
    /// <param name="exception">The exception that ended the attempt.</param>
    /// <param name="failures">The number of failed attempts, including this one.</param>
    public virtual bool ShouldRetry(Exception exception, int failures) => true;

    /// <summary>The delay before the next attempt. Delays grow, and vary randomly by up to a tenth so that processes that failed together do not retry together.</summary>
    /// <param name="failures">The number of failed attempts: 1 or more.</param>
    public virtual TimeSpan DelayAfter(int failures)
    {
        var factor = Backoff == RetryBackoff.Exponential ? Math.Pow(2, failures - 1) : Math.Pow(failures, 1.6);
        var seconds = Math.Min(FirstDelaySeconds * factor, MaxDelaySeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1))));
    }

    private static double DelayOf(double value) =>
        value is >= 0 and <= LongestDelay ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be from 0 to 31,536,000 seconds.");
}

/// <summary>How the delays between attempts grow with n, the number of failures.</summary>
public enum RetryBackoff
{
    /// <summary>As n^1.6, like django-async: 1, 3, 5.8, 9.2 … times the first delay.</summary>
    Polynomial,

    /// <summary>As 2^(n−1): 1, 2, 4, 8 … times the first delay.</summary>
    Exponential,
}
