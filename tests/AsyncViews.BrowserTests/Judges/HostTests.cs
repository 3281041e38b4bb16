using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The library's pages where nobody has styled them: in the default template, and on a page that says nothing of its looks.</summary>
[Trait(JudgesSuite.Name, JudgesSuite.Value)]
public sealed class HostTests(BrowserFixture browser, SampleFixture sample, TemplateFixture template) : BrowserTest(browser), IClassFixture<TemplateFixture>
{
    private const int Phone = 390;

    public static TheoryData<string> States =>
        ["queued", "running-measured", "stopping", "updates-turned-off", "connection-lost", "ready", "failed-in-development", "interrupted", "refused-by-a-full-queue"];

    [Theory, MemberData(nameof(States))]
    public async Task Page_InTheDefaultTemplate_IsFaultlessInBothThemes(string state)
    {
        await using var stage = await ReachAsync(state, template.Settings);
        var found = new List<string>();

        foreach (var theme in (string[])["light", "dark"])
        {
            await stage.Page.EvaluateAsync("theme => document.documentElement.dataset.bsTheme = theme", theme);
            foreach (var width in (int[])[Visitor.Wide, Phone])
            {
                await stage.Page.SetViewportSizeAsync(width, 900);
                await stage.Visitor.FitsAsync();
                found.AddRange((await Axe.JudgeAsync(stage.Page, "main")).Select(fault => $"{theme} {width}: {fault}"));
            }
        }

        found.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(States))]
    public async Task Page_OfAHostWithoutStyles_IsFaultlessAndStaysLight(string state)
    {
        await using var stage = await ReachAsync(state, new TestSiteSettings { Layout = "_Bare" });
        var found = new List<string>();

        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await stage.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in (int[])[Visitor.Wide, Phone])
            {
                await stage.Page.SetViewportSizeAsync(width, 900);
                await stage.Visitor.FitsAsync();
                found.AddRange((await Axe.JudgeAsync(stage.Page)).Select(fault => $"{scheme} {width}: {fault}"));
            }
        }

        found.ShouldBeEmpty();
    }

    private async Task<Stage> ReachAsync(string state, TestSiteSettings settings)
    {
        var stage = new Stage(address => VisitAsync(address), sample.Address, settings);
        await PageState.Named(state).ReachAsync(stage);
        return stage;
    }
}
