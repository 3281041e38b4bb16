namespace AsyncViews.BrowserTests.Judges;

/// <summary>Marks what needs judges that a test run does without, or takes longer than it has time for: <c>tests/judges.sh</c> runs it.</summary>
internal static class JudgesSuite
{
    public const string Name = "Suite";
    public const string Value = "Judges";
}
