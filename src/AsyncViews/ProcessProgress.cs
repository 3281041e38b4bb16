namespace AsyncViews;

/// <summary>How far a process says it has come.</summary>
/// <param name="Percent">0 to 100 with one decimal; null where it is not measured.</param>
/// <param name="Message">The current step in the work's own words, at most 4,096 characters.</param>
/// <param name="Data">Anything else the work reports, as JSON.</param>
public sealed record ProcessProgress(double? Percent = null, string? Message = null, string? Data = null)
{
    /// <summary>The longest message kept, in characters; a longer one is cut.</summary>
    public const int MaxMessageLength = 4096;

    /// <summary>Nothing reported yet.</summary>
    public static ProcessProgress None { get; } = new();
}
