using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

[Trait(JudgesSuite.Name, JudgesSuite.Value)]
public sealed class SamplePageTests(BrowserFixture browser, SampleFixture sample, LastingVisitor visitor) : EveryPageTests(browser, sample, visitor)
{
    public static TheoryData<string> States => [.. SampleStates.All.Select(state => state.Name)];

    [Theory, MemberData(nameof(States))]
    public Task Page_InEveryColorSchemeWideAndNarrow_IsFaultless(string state) => ShouldBeFaultlessInEveryLookAsync(state);
}

[Trait(JudgesSuite.Name, JudgesSuite.Value)]
public sealed class SamplePageWithoutScriptTests(BrowserFixture browser, SampleFixture sample, LastingVisitor visitor) : EveryPageTests(browser, sample, visitor)
{
    public static TheoryData<string> States => [.. SampleStates.All.Where(state => !state.NeedsScript).Select(state => state.Name)];

    [Theory, MemberData(nameof(States))]
    public Task Page_OnANarrowScreen_IsFaultless(string state) => ShouldBeFaultlessWithoutScriptAsync(state);
}
