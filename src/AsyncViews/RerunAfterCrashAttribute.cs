namespace AsyncViews;

/// <summary>
/// Lets a run of this page start again by itself after the server stopped in the middle of it, instead of ending as
/// Interrupted. Only for work that does no harm when it is done twice; <see cref="ProcessContext.Id"/> stays the same and
/// serves as an idempotency key.
/// </summary>
/// <param name="maxStarts">How often it may start in all: 2 to 100.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="maxStarts"/> is not in that range.</exception>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RerunAfterCrashAttribute(int maxStarts) : Attribute
{
    /// <summary>How often it may start in all.</summary>
    public int MaxStarts { get; } = maxStarts is >= 2 and <= 100 ? maxStarts : throw new ArgumentOutOfRangeException(nameof(maxStarts), maxStarts, "2 to 100.");
}
