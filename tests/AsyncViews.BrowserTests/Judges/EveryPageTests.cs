using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>Every page in every state: what axe finds, and whether it fits narrow and enlarged.</summary>
public sealed class EveryPageTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
    /// <summary>A window of 1280 pixels at 400 % zoom.</summary>
    private const int Zoomed = 320;

    private const string EnlargeText = "document.documentElement.style.fontSize = '200%'";

    /// <summary>Links that stand by themselves and buttons of the library, smaller than WCAG 2.5.5 wants at level AAA.</summary>
    private const string SmallTargets = """
        () => [...document.querySelectorAll(".av-page :is(a, button, summary)")]
          .filter(target => target.checkVisibility() && (target.getBoundingClientRect().height < 44 || target.getBoundingClientRect().width < 44))
          .map(target => `small target: ${target.outerHTML} ${JSON.stringify(target.getBoundingClientRect())}`)
        """;

    private static readonly PageEmulateMediaOptions[] Colors =
    [
        new() { ColorScheme = ColorScheme.Light, ForcedColors = ForcedColors.None },
        new() { ColorScheme = ColorScheme.Dark, ForcedColors = ForcedColors.None },
        new() { ColorScheme = ColorScheme.Dark, ForcedColors = ForcedColors.Active },
    ];

    public static TheoryData<string> States => [.. PageState.All.Select(state => state.Name)];

    public static TheoryData<string> StatesWithoutScript => [.. PageState.All.Where(state => !state.NeedsScript).Select(state => state.Name)];

    [Theory, MemberData(nameof(States))]
    public async Task Page_InEveryColorSchemeWideAndNarrow_IsFaultless(string state)
    {
        await using var stage = new Stage(address => VisitAsync(address), sample.Address);
        await PageState.Named(state).ReachAsync(stage);
        var found = new List<string>();

        foreach (var width in (int[])[Visitor.Wide, Zoomed])
        {
            await stage.Page.SetViewportSizeAsync(width, 900);
            await stage.Visitor.FitsAsync();
            found.AddRange(await stage.Page.EvaluateAsync<string[]>(SmallTargets));
            foreach (var colors in Colors)
            {
                await stage.Page.EmulateMediaAsync(colors);
                found.AddRange((await Axe.JudgeAsync(stage.Page)).Select(fault => $"{colors.ColorScheme} {colors.ForcedColors} {width}: {fault}"));
            }
        }

        found.ShouldBeEmpty();
        await stage.Page.SetViewportSizeAsync(Visitor.Wide / 2, 900);
        await stage.Page.EvaluateAsync(EnlargeText);
        await stage.Visitor.FitsAsync();
    }

    [Theory, MemberData(nameof(StatesWithoutScript))]
    public async Task Page_WithoutScriptOnANarrowScreen_IsFaultless(string state)
    {
        await using var stage = new Stage(address => VisitAsync(address, script: false, width: Zoomed), sample.Address);
        await PageState.Named(state).ReachAsync(stage);

        // The refresh without script breaks these rules; the link on the page that turns it off is what WCAG 2.2.1 asks for.
        string[] without = PageState.Named(state).Updates ? ["meta-refresh", "meta-refresh-no-exceptions"] : [];
        (await Axe.JudgeAsync(stage.Page, without: without)).ShouldBeEmpty();
        await stage.Visitor.FitsAsync();
    }
}
