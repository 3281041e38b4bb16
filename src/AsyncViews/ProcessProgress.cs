namespace AsyncViews;

/// <summary>The progress that a process reports.</summary>
/// <param name="Percent">0 to 100 with one decimal; null if it is not measured.</param>
/// <param name="Message">The current step in the work's own words, at most 4,096 characters.</param>
/// <param name="Data">Other data that the work reports, as JSON of at most 16,384 characters.</param>
public sealed record ProcessProgress(double? Percent = null, string? Message = null, string? Data = null)
{
    /// <summary>The maximum length of a message, in characters; a longer one is cut.</summary>
    public const int MaxMessageLength = 4096;

    /// <summary>The maximum length of the data, in characters of JSON. Longer data is left out, and the log says so.</summary>
    public const int MaxDataLength = 16_384;

    /// <summary>The end of the run as it can be foretold; null if it cannot.</summary>
    public ProcessEstimate? Estimate { get; init; }

    /// <summary>
    /// Tells whether everything that the run has saved so far is in a transaction that is not committed: unless the run succeeds,
    /// none of it stays. False if that is not certain.
    /// </summary>
    public bool IsUncommitted { get; init; }

    /// <summary>The progress before the first report.</summary>
    public static ProcessProgress None { get; } = new();
}
