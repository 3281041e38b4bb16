namespace AsyncViews.Progress;

/// <summary>The quarters of a run that a screen reader announces: every percent would be a torment.</summary>
internal static class Milestone
{
    private const int Step = 25;

    /// <summary>0, 25, 50 or 75: the end announces itself.</summary>
    public static int Of(ProcessProgress progress) => Math.Min((int)((progress.Percent ?? 0) / Step), 3) * Step;
}
