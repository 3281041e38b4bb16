namespace AsyncViews.Storage;

/// <summary>The patience with a store that is away.</summary>
internal static class StorePatience
{
    /// <summary>The pause before it is asked again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>The time for which a run waits for it: with its commit, with its result, and with its end.</summary>
    public static readonly TimeSpan LongestAway = TimeSpan.FromMinutes(10);
}
