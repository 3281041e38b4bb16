using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>Judges a page in a state by axe, narrow and enlarged too. The classes that inherit this run side by side.</summary>
public abstract class EveryPageTests(BrowserFixture browser, SampleFixture sample, LastingVisitor visitor) : BrowserTest(browser), IClassFixture<LastingVisitor>
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

    /// <summary>How people look at it: the width of the window, the scheme, and whether their own colours replace the page's.</summary>
    private static readonly (int Width, ColorScheme Scheme, ForcedColors Forced)[] Looks =
    [
        (Visitor.Wide, ColorScheme.Light, ForcedColors.None),
        (Visitor.Wide, ColorScheme.Dark, ForcedColors.None),
        (Visitor.Wide, ColorScheme.Dark, ForcedColors.Active),
        (Zoomed, ColorScheme.Dark, ForcedColors.None),
    ];

    protected async Task ShouldBeFaultlessInEveryLookAsync(string state)
    {
        await using var stage = await ReachAsync(state, script: true, Visitor.Wide);
        var (found, widths) = (new List<string>(), new HashSet<int>());

        foreach (var look in Looks)
        {
            var isNew = widths.Add(look.Width);
            await stage.Page.SetViewportSizeAsync(look.Width, 900);
            await stage.Page.EmulateMediaAsync(new() { ColorScheme = look.Scheme, ForcedColors = look.Forced });
            await stage.Visitor.FitsAsync();
            var faults = await stage.Page.EvaluateAsync<string[]>(SmallTargets);
            // At one width, another scheme changes nothing but colours.
            var judged = isNew ? await Axe.JudgeAsync(stage.Page) : await Axe.JudgeColorsAsync(stage.Page);
            found.AddRange(faults.Concat(judged).Select(fault => $"{look}: {fault}"));
        }

        found.ShouldBeEmpty();
        await stage.Page.SetViewportSizeAsync(Visitor.Wide / 2, 900);
        await stage.Page.EvaluateAsync(EnlargeText);
        await stage.Visitor.FitsAsync();
    }

    protected async Task ShouldBeFaultlessWithoutScriptAsync(string state)
    {
        await using var stage = await ReachAsync(state, script: false, Zoomed);
        await stage.Visitor.StayAsync();

        // The refresh without script breaks these rules; the link on the page that turns it off is what WCAG 2.2.1 asks for.
        string[] without = PageState.Named(state).Updates ? ["meta-refresh", "meta-refresh-no-exceptions"] : [];
        (await Axe.JudgeAsync(stage.Page, without: without)).ShouldBeEmpty();
        await stage.Visitor.FitsAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Record is { } record)
            await visitor.RecordAsync(record);
        await base.DisposeAsync();
    }

    private async Task<Stage> ReachAsync(string state, bool script, int width)
    {
        var stage = new Stage(address => visitor.ComeAsync(address, script, width), sample.Address, new TestSiteSettings { Port = visitor.Port });
        try
        {
            await PageState.Named(state).ReachAsync(stage);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }
}
