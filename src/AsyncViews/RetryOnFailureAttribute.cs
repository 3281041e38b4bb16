namespace AsyncViews;

/// <summary>
/// Tries a page's run or a job again when an exception has ended it, instead of ending it as Failed. Only for work that
/// does no harm when it is done twice; <see cref="ProcessContext.Id"/> stays the same and serves as an idempotency key.
/// </summary>
/// <remarks>
/// What somebody cancels is never tried again, and no more what the stop of the host ends. Derive from this class and override <see cref="ShouldRetry"/> to decide by the
/// exception. That the server stopped in the middle is another matter: <see cref="RerunAfterCrashAttribute"/>.
/// </remarks>
/// <param name="maxAttempts">How often it is tried in all: 2 to 100.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="maxAttempts"/> is not in that range.</exception>
[AttributeUsage(AttributeTargets.Class)]
public class RetryOnFailureAttribute(int maxAttempts) : Attribute
{
    private const double Jitter = 0.1;

    /// <summary>How often it is tried in all.</summary>
    public int MaxAttempts { get; } = maxAttempts is >= 2 and <= 100 ? maxAttempts : throw new ArgumentOutOfRangeException(nameof(maxAttempts), maxAttempts, "2 to 100.");

    /// <summary>How the pauses grow. The default is <see cref="RetryBackoff.Polynomial"/>.</summary>
    public RetryBackoff Backoff { get; set; }

    /// <summary>The pause after the first failure, in seconds. The default is 60.</summary>
    public double FirstDelaySeconds { get; set; } = 60;

    /// <summary>The longest pause, in seconds, but for what chance adds to it. The default is a day.</summary>
    public double MaxDelaySeconds { get; set; } = 86_400;

    /// <summary>
    /// Whether to try again after this exception. The default is that any is worth it: an <see cref="OperationCanceledException"/>
    /// that comes here is a time-out of the work's own, such as that of an HTTP client.
    /// </summary>
    /// <param name="exception">What ended the attempt.</param>
    /// <param name="failures">How many attempts have failed, this one included.</param>
    public virtual bool ShouldRetry(Exception exception, int failures) => true;

    /// <summary>How long to wait before the next attempt: the pauses grow, and up to a tenth is added or taken away by chance, so that what failed together does not come back together.</summary>
    /// <param name="failures">How many attempts have failed: 1 or more.</param>
    public virtual TimeSpan DelayAfter(int failures)
    {
        var factor = Backoff == RetryBackoff.Exponential ? Math.Pow(2, failures - 1) : Math.Pow(failures, 1.6);
        var seconds = Math.Min(FirstDelaySeconds * factor, MaxDelaySeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1))));
    }
}

/// <summary>How the pauses between attempts grow with n, the number of failures.</summary>
public enum RetryBackoff
{
    /// <summary>As n^1.6, like django-async: 1, 3, 5.8, 9.2 … times the first pause.</summary>
    Polynomial,

    /// <summary>As 2^(n−1): 1, 2, 4, 8 … times the first pause.</summary>
    Exponential,
}
