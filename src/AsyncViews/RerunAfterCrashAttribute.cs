namespace AsyncViews;

/// <summary>
/// Restarts a run of this page or job if the server stopped during it, instead of ending it as Interrupted. Use it only
/// for work that can safely be repeated. <see cref="ProcessContext.Id"/> stays the same and serves as an idempotency key.
/// </summary>
/// <param name="maxStarts">The total number of starts: 2 to 100.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="maxStarts"/> is not in that range.</exception>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RerunAfterCrashAttribute(int maxStarts) : Attribute
{
    /// <summary>The total number of starts.</summary>
    public int MaxStarts { get; } = maxStarts is >= 2 and <= 100 ? maxStarts : throw new ArgumentOutOfRangeException(nameof(maxStarts), maxStarts, "Must be from 2 to 100.");
}
