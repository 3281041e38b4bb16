namespace AsyncViews.BrowserTests.Judges;

/// <summary>Marks what takes longer than a test run has time for: <c>tests/judges.sh</c> runs it.</summary>
internal static class JudgesSuite
{
    public const string Name = "Suite";
    public const string Value = "Judges";
}
