using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

public sealed class LibraryPageTests(BrowserFixture browser, SampleFixture sample, LastingVisitor visitor) : EveryPageTests(browser, sample, visitor)
{
    public static TheoryData<string> States => [.. LibraryStates.All.Select(state => state.Name)];

    [Theory, MemberData(nameof(States))]
    public Task Page_InEveryColorSchemeWideAndNarrow_IsFaultless(string state) => ShouldBeFaultlessInEveryLookAsync(state);
}

[Trait(JudgesSuite.Name, JudgesSuite.Value)]
public sealed class LibraryPageWithoutScriptTests(BrowserFixture browser, SampleFixture sample, LastingVisitor visitor) : EveryPageTests(browser, sample, visitor)
{
    public static TheoryData<string> States => [.. LibraryStates.All.Where(state => !state.NeedsScript).Select(state => state.Name)];

    [Theory, MemberData(nameof(States))]
    public Task Page_OnANarrowScreen_IsFaultless(string state) => ShouldBeFaultlessWithoutScriptAsync(state);
}
